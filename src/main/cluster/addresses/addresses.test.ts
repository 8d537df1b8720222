import { expect, test } from 'vitest'
import { Emitter } from '../../base/emitter'
import type { MachineAddress } from '../../base/networkInterfaces'
import { silentLog } from '../../base/log'
import type { SettingDoc } from '../../meta/installationMeta'
import type { NodeNotice } from '../control'
import { Addresses, type AddressFlags } from './addresses'
import { warnBeyondLoopback } from './warning'

const LAN = '192.168.1.5'

const machineAddress = (address: string): MachineAddress => ({
  ...{ name: 'eth0', address, family: 'IPv4', isInternal: false }
})

const setUp = (flags: AddressFlags = {}, saved: Record<string, string> = {}, own = [LAN]) => {
  const docs = new Map<string, SettingDoc>(
    Object.entries(saved).map(([key, value]) => [`addresses.${key}`, { value }])
  )
  const there = [...own]
  const settings = {
    get: (key: string) => docs.get(key),
    putAll: (entries: Iterable<readonly [string, SettingDoc]>) => {
      for (const [key, value] of entries) docs.set(key, value)
      return Promise.resolve()
    }
  }
  const machine = { addresses: () => there.map(machineAddress) }
  return { docs, there, addresses: new Addresses({ settings, flags, machine }) }
}

test('unless told otherwise nodes listen on loopback, and a client is told where it came to', () => {
  const { addresses } = setUp()
  expect(addresses.startOf('n')).toEqual({
    host: '127.0.0.1',
    properties: {},
    arrivalAddress: true
  })
  expect(addresses.isBeyondLoopback).toBe(false)
})

test('a fixed address becomes the brokerIP1 of every broker', () => {
  const { addresses } = setUp({ host: '0.0.0.0', advertise: '10.1.1.1' })
  expect(addresses.startOf('n')).toEqual({
    host: '0.0.0.0',
    properties: { brokerIP1: '10.1.1.1' },
    arrivalAddress: false
  })
})

test('flags come before what was saved and are not saved; what a person saves comes before both', async () => {
  const { addresses, docs } = setUp({ host: '0.0.0.0' }, { host: LAN, advertise: LAN })
  expect([addresses.setting, addresses.isGiven]).toEqual([
    { host: '0.0.0.0', advertise: LAN },
    true
  ])
  expect(docs.get('addresses.host')).toEqual({ value: LAN })
  await addresses.save({ host: '127.0.0.1', advertise: 'auto' })
  expect([addresses.setting, addresses.isGiven]).toEqual([
    { host: '127.0.0.1', advertise: 'auto' },
    false
  ])
  expect(docs.get('addresses.advertise')).toEqual({ value: 'auto' })
})

test('what another version saved and this one does not take counts as nothing', () => {
  const { addresses } = setUp({}, { host: 'all', advertise: 'by-magic' })
  expect(addresses.setting).toEqual({ host: '127.0.0.1', advertise: 'auto' })
})

test('a node runs with the former setting until it starts again', async () => {
  const { addresses } = setUp()
  addresses.startOf('a')
  await addresses.save({ host: LAN, advertise: 'auto' })
  expect(['a', 'never started'].map((id) => addresses.isStale(id))).toEqual([true, false])
  expect(addresses.hostOf('a')).toBe('127.0.0.1')
  addresses.startOf('a')
  expect([addresses.isStale('a'), addresses.hostOf('a')]).toEqual([false, LAN])
})

test('an address of somebody else is refused, with those there are', async () => {
  const { addresses } = setUp()
  await expect(addresses.save({ host: '10.9.9.9', advertise: 'auto' })).rejects.toThrow(
    `--host 10.9.9.9 is no address of this machine; it has ${LAN}; 0.0.0.0 listens at all of them`
  )
  expect(addresses.setting.host).toBe('127.0.0.1')
})

test('a saved address that is gone is loopback until it is back', () => {
  const { addresses, there } = setUp({}, { host: LAN })
  there.length = 0
  expect([addresses.isHostGone, addresses.host]).toEqual([true, '127.0.0.1'])
  there.push(LAN)
  expect([addresses.isHostGone, addresses.host]).toEqual([false, LAN])
})

test('beyond loopback a notice warns, now and each time it is chosen', async () => {
  const notices = new Emitter<NodeNotice>()
  const told: string[] = []
  notices.on(({ code, params }) => told.push(`${code} ${params['host']}`))
  const { addresses, there } = setUp({ host: LAN })
  warnBeyondLoopback(addresses, silentLog, notices)
  await addresses.save({ host: '0.0.0.0', advertise: 'auto' })
  await addresses.save({ host: '127.0.0.1', advertise: 'auto' })
  expect(told).toEqual([`BEYOND_LOOPBACK ${LAN}`, 'BEYOND_LOOPBACK 0.0.0.0'])
  await addresses.save({ host: LAN, advertise: 'auto' })
  there.length = 0
  warnBeyondLoopback(addresses, silentLog, notices)
  expect(told.at(-1)).toBe(`HOST_GONE ${LAN}`)
})
