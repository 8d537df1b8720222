/** Faults as the console sets them on a running cluster, and what clients see of them. */
import { expect, test } from 'vitest'
import { CLIENTS, type FaultDraftInput } from '../../../src/shared/faultViews'
import { WITNESS_TOPIC } from '../../../src/main/console/witness/witness'
import { until } from '../client/cluster'
import { A, B, faultRig, TOPIC } from './faultRig'

/** Long enough for a node that answers. */
const SHORT_MS = 500

const clientsOf = (
  node: string,
  effect: 'cut' | 'refuse' | 'delay',
  more = {}
): FaultDraftInput => ({
  ...{ kind: 'link', from: CLIENTS, to: node, effect },
  ...more
})

test('a frozen broker answers nothing, holds up neither the others nor the window, and goes on', async () => {
  const { window, send, namesrv } = await faultRig()
  expect(await send(A)).toBe('SEND_OK')
  const { id } = await window.call('fault.set', { kind: 'freeze', node: A })
  const waiting = send(A, 60_000)
  expect(await send(A, SHORT_MS)).toBe('TIMEOUT')
  expect(await send(B)).toBe('SEND_OK')
  await window.call('clock.set', { rate: 2 })
  expect(await window.call('clock.step', { ms: 1000 })).toMatchObject({ isStepping: false })
  expect((await window.call('cluster.view')).nameservers[0]!.id).toBe(namesrv)
  await window.call('fault.clear', { id })
  expect(await waiting).toBe('SEND_OK')
  expect(await window.call('fault.list')).toEqual([])
})

test('a frozen node can be killed, and another one does not hold up the end', async () => {
  const { window, stop } = await faultRig()
  await window.call('fault.set', { kind: 'freeze', node: A })
  await window.call('node.kill', { id: A })
  expect(await window.call('fault.list')).toEqual([])
  await window.call('fault.set', { kind: 'freeze', node: B })
  expect(await stop()).toBe(0)
})

test('a killed broker is back when the kill is undone, with what it had', async () => {
  const { window, send, sends, storedAt } = await faultRig()
  const first = await storedAt(A)
  expect(await send(A)).toBe('SEND_OK')
  await window.call('fault.set', { kind: 'kill', node: A })
  expect(await send(A)).toBe('CLOSED')
  expect((await window.call('fault.list')).map(({ fault }) => fault.kind)).toEqual(['kill'])
  await window.call('fault.clearAll')
  await sends(A, 'SEND_OK')
  const ref = { topic: TOPIC, brokerName: 'broker-a', queueId: 0, queueOffset: 0 }
  expect((await window.call('message.get', ref)).storeTimestamp).toBe(first)
})

test.each<[string, FaultDraftInput]>([
  ['cut both ways', clientsOf(A, 'cut')],
  ['cut on the way there', clientsOf(A, 'cut', { direction: 'forth' })],
  ['cut on the way back', clientsOf(A, 'cut', { direction: 'back' })]
])('clients %s get no answer from that broker, until the link is whole', async (_name, draft) => {
  const { window, send } = await faultRig()
  expect(await send(A)).toBe('SEND_OK')
  const { id } = await window.call('fault.set', draft)
  const waiting = send(A, 60_000)
  expect(await send(A, SHORT_MS)).toBe('TIMEOUT')
  expect(await send(B)).toBe('SEND_OK')
  await window.call('fault.clear', { id })
  expect(await waiting).toBe('SEND_OK')
})

test('refused clients are told so at once, and the broker stays registered', async () => {
  const { window, send, sends, headless } = await faultRig()
  expect(await send(A)).toBe('SEND_OK')
  const { id } = await window.call('fault.set', clientsOf(A, 'refuse'))
  expect([await send(A), await send(A)]).toEqual(['CLOSED', 'CLOSED'])
  const { route } = await window.call('topic.detail', { topic: TOPIC })
  expect(route.map(({ brokerName }) => brokerName).sort()).toEqual(['broker-a', 'broker-b'])
  expect(headless.stderr()).not.toContain('cannot register')
  await window.call('fault.clear', { id })
  await sends(A, 'SEND_OK')
})

test('a slow link makes each send so much slower', async () => {
  const { window, send } = await faultRig()
  expect(await send(A)).toBe('SEND_OK')
  await window.call('fault.set', clientsOf(A, 'delay', { delayMs: 100, jitterMs: 10 }))
  const timed = async () => {
    const began = performance.now()
    expect(await send(A)).toBe('SEND_OK')
    return performance.now() - began
  }
  // Both ways; a send that is on its way when the node hears of it is slow one way.
  await until(timed, (ms) => ms >= 180)
})

test('a broker cut off from its nameserver is not heard of there until the link is whole, though clients reach it', async () => {
  const { window, send, namesrv, headless } = await faultRig()
  const { id } = await window.call('fault.set', {
    kind: 'link',
    from: A,
    to: namesrv,
    effect: 'cut'
  })
  expect(await send(A)).toBe('SEND_OK')
  const topic = 'MadeMeanwhile'
  const draft = { topic, readQueueNums: 1, writeQueueNums: 1, perm: 6 as const }
  await window.call('topic.save', draft)
  const brokersOf = async () =>
    (await window.call('topic.detail', { topic })).route.map(({ brokerName }) => brokerName).sort()
  expect(await brokersOf()).toEqual(['broker-b'])
  await window.call('fault.clear', { id })
  while ((await brokersOf()).length < 2);
  expect(await brokersOf()).toEqual(['broker-a', 'broker-b'])
  expect(headless.stderr()).not.toContain('Error')
})

test('faults of links outlive their nodes, and a whole cluster is healed at once', async () => {
  const { window, send, sends } = await faultRig()
  await window.call('fault.set', clientsOf(A, 'cut'))
  await window.call('fault.set', { kind: 'clockSkew', node: B, offsetMs: 1000 })
  await window.call('node.restart', { id: A })
  expect(await send(A, SHORT_MS)).toBe('TIMEOUT')
  await window.call('fault.clearAll')
  expect(await window.call('fault.list')).toEqual([])
  await sends(A, 'SEND_OK')
})

test('a full disk refuses messages, and takes them again when there is room', async () => {
  const { window, send, sends } = await faultRig()
  await window.call('fault.set', { kind: 'fullDisk', node: A })
  await sends(A, 'SERVICE_NOT_AVAILABLE')
  expect(await send(B)).toBe('SEND_OK')
  await window.call('fault.clearAll')
  await sends(A, 'SEND_OK')
})

test('after a disk that failed the broker refuses messages until it is started again', async () => {
  const { window, send, sends } = await faultRig()
  await window.call('fault.set', { kind: 'failingDisk', node: A })
  await sends(A, 'SERVICE_NOT_AVAILABLE')
  await window.call('fault.clearAll')
  expect(await send(A)).toBe('SERVICE_NOT_AVAILABLE')
  await window.call('node.restart', { id: A })
  await sends(A, 'SEND_OK')
})

test('a slow disk is seen in every flush', async () => {
  const { window, send } = await faultRig({ args: ['--set', 'flushDiskType=SYNC_FLUSH'] })
  expect(await send(A)).toBe('SEND_OK')
  await window.call('fault.set', { kind: 'slowDisk', node: A, flushMs: 200 })
  const began = performance.now()
  expect(await send(A)).toBe('SEND_OK')
  expect(performance.now() - began).toBeGreaterThanOrEqual(195)
})

test('a clock that goes wrong goes wrong alone, over a restart, and no stored time goes back', async () => {
  const { window, storedAt } = await faultRig()
  const HOUR_PART = 600_000
  await window.call('fault.set', { kind: 'clockSkew', node: A, offsetMs: HOUR_PART })
  const ahead = await storedAt(A)
  expect(ahead - (await storedAt(B))).toBeGreaterThan(HOUR_PART - 60_000)
  await window.call('node.restart', { id: A })
  const again = await storedAt(A)
  expect(again).toBeGreaterThanOrEqual(ahead)
  await window.call('fault.clearAll')
  expect(await storedAt(A)).toBeGreaterThanOrEqual(again)
})

test('what cannot be is refused, by its code', async () => {
  const { window } = await faultRig()
  const ask = async (draft: FaultDraftInput) => {
    const outcome = await window.ask('fault.set', draft)
    return outcome.ok ? 'ok' : outcome.error.code
  }
  expect(await ask({ kind: 'freeze', node: 'nobody' })).toBe('NODE_NOT_FOUND')
  expect(await ask({ kind: 'link', from: A, to: A, effect: 'cut' })).toBe('INVALID_INPUT')
  expect(await ask({ kind: 'clockSkew', node: A, offsetMs: 600_001 })).toBe('INVALID_INPUT')
})

test('the witness sees what clients see, second by second, and leaves nothing behind', async () => {
  const { window } = await faultRig()
  await window.next('seen', ({ sends, received, brokers }) => {
    const isSeen = (name: string) => (brokers[name]?.ok ?? 0) > 0
    return sends.ok > 0 && received > 0 && isSeen('broker-a') && isSeen('broker-b')
  })
  // Somebody watches on while it is read.
  const timeout = window.next('seen', ({ brokers }) => (brokers['broker-a']?.failed['TIMEOUT'] ?? 0) > 0) // prettier-ignore
  const { id } = await window.call('fault.set', { kind: 'freeze', node: A })
  const { brokers } = await timeout
  expect(brokers['broker-b']!.failed).toEqual({})
  const ended = window.next('seen', (point) => point.brokers['broker-a']!.ok > 0)
  await window.call('fault.clear', { id })
  await ended
  const { points, events } = await window.call('fault.history')
  expect(points.length).toBeGreaterThan(3)
  expect(events.map((event) => (event.kind === 'node' ? event.state : event.kind))).toEqual(
    expect.arrayContaining(['set', 'frozen', 'running', 'cleared'])
  )
  window.send({ kind: 'unsubscribe', event: 'seen' })
  // It takes its leave in several steps.
  const left = async () => [
    ...(await window.call('topic.list')).filter(({ topic }) => topic.includes(WITNESS_TOPIC)),
    ...(await window.call('group.list')).filter(({ groupName }) => groupName === WITNESS_TOPIC)
  ]
  await until(left, (names) => names.length === 0)
})
