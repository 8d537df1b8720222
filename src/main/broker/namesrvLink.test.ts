import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { Emitter } from '../base/emitter'
import { createLog } from '../base/log'
import { success } from '../protocol/remotingCommand'
import type { RemotingConnection } from '../remoting/connection'
import { NamesrvLink } from './namesrvLink'

let clock: ManualClock
let logged: string[]
let isUp: boolean
let tries: number
let registered: number
let closed: Emitter<void>
let link: NamesrvLink

beforeEach(() => {
  clock = new ManualClock()
  logged = []
  isUp = true
  tries = registered = 0
  closed = new Emitter()
  const connection = {
    isOpen: true,
    closed,
    request: () => {
      registered++
      return Promise.resolve({ ...success })
    }
  } as unknown as RemotingConnection
  link = new NamesrvLink({
    clock,
    log: createLog('broker', clock, ({ message }) => logged.push(message)),
    client: {
      connectionTo: () => {
        tries++
        return isUp ? Promise.resolve(connection) : Promise.reject(new Error('refused'))
      }
    },
    address: '127.0.0.1:9876',
    register: () => ({ code: 103 }),
    onRegistered: () => undefined,
    timeoutMs: () => 1000,
    periodMs: 30_000
  })
})

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('while the nameserver is away', () => {
  test('it is tried after 0.5, 1, 2, 4, 5, 5 s, and the log says it once', async () => {
    isUp = false
    link.start()
    await settled()
    for (const waitMs of [500, 1000, 2000, 4000, 5000, 5000]) {
      const before = tries
      clock.advance(waitMs - 1)
      await settled()
      expect(tries).toBe(before)
      clock.advance(1)
      await settled()
      expect(tries).toBe(before + 1)
    }
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain('127.0.0.1:9876')
    isUp = true
    clock.advance(5000)
    await settled()
    expect(registered).toBe(1)
    expect(logged).toHaveLength(2)
  })

  test('nobody waits for it', async () => {
    isUp = false
    link.start()
    await settled()
    link.registerSoon()
    await link.settled()
    expect(registered).toBe(0)
  })
})

test('changes of one moment are one registration, one that comes meanwhile is the next', async () => {
  link.registerSoon()
  link.registerSoon()
  await link.settled()
  expect(registered).toBe(1)
  link.registerSoon()
  await link.settled()
  expect(registered).toBe(2)
})

test('a connection that closed is registered over again', async () => {
  link.start()
  await link.settled()
  closed.emit()
  clock.advance(500)
  await settled()
  expect(registered).toBe(2)
})
