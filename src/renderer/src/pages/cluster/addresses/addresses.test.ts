import { expect, test } from 'vitest'
import type { PortProbe, ProbeReason } from '../../../../../shared/addressViews'
import { draftOf, hostChoiceOf } from './addressForm'
import { commandsFor, problemsOf } from './probeFacts'

test.each([
  [{ host: '127.0.0.1', advertise: 'auto' }, 'loopback', 'auto'],
  [{ host: '0.0.0.0', advertise: '10.0.0.1' }, 'all', 'fixed'],
  [{ host: '10.0.0.1', advertise: 'auto' }, 'one', 'auto']
])('%j is shown as %s and %s, and saved as it was', (setting, host, advertise) => {
  const form = hostChoiceOf(setting)
  expect([form.hostChoice, form.advertiseChoice]).toEqual([host, advertise])
  expect(draftOf(form)).toEqual(setting)
})

test('an answer that is missing or is no address is no draft', () => {
  const form = hostChoiceOf({ host: '127.0.0.1', advertise: 'auto' })
  expect(draftOf({ ...form, hostChoice: 'one' })).toBeUndefined()
  expect(draftOf({ ...form, advertiseChoice: 'fixed', advertise: 'my-host' })).toBeUndefined()
})

const probe = (purpose: PortProbe['purpose'], port: number, reason: ProbeReason): PortProbe => ({
  ...{ nodeId: 'n', purpose, port, reason, tookMs: 1 },
  outcome: reason === 'ok' ? 'reachable' : 'refused'
})

test('each reason is told once, and none that concerns no client', () => {
  const ports = [
    probe('namesrv', 9876, 'loopbackOnly'),
    probe('broker', 10911, 'loopbackOnly'),
    probe('vip', 10909, 'vipOff'),
    probe('ha', 10912, 'haIsShut'),
    probe('broker', 10931, 'nodeDown')
  ]
  expect(problemsOf({ ports })).toEqual(['loopbackOnly', 'nodeDown'])
})

test('the same is asked from elsewhere of the first nameserver and the first broker', () => {
  const ports = [
    probe('namesrv', 9876, 'ok'),
    probe('namesrv', 9877, 'ok'),
    probe('broker', 10911, 'ok')
  ]
  expect(commandsFor({ address: '10.0.0.1', ports, told: [] })).toEqual([
    'nc -vz 10.0.0.1 9876',
    'nc -vz 10.0.0.1 10911',
    'Test-NetConnection 10.0.0.1 -Port 9876',
    'Test-NetConnection 10.0.0.1 -Port 10911'
  ])
})
