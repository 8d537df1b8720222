/** The cluster's clock as the console moves it: what follows it, what does not, and what outlives a restart. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { clockRig, HOUR, MINUTE } from './clockRig'

const TOPIC = 'T'
const DAY = 24 * HOUR

const started = async (...options: Parameters<typeof clockRig>) => {
  const rig = await clockRig(...options)
  const { window } = rig
  await window.call('topic.save', { topic: TOPIC, readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const newest = async () => {
    const { queueOffset } = await window.call('message.send', { topic: TOPIC, body: 'x' })
    const ref = { topic: TOPIC, brokerName: 'broker-a', queueId: 0, queueOffset }
    return window.call('message.get', ref)
  }
  return { ...rig, newest }
}

test('untouched it is the machine clock', async () => {
  const { window, newest } = await started()
  const before = Date.now()
  const { storeTimestamp } = await newest()
  const view = await window.call('clock.get')
  expect(storeTimestamp).toBeGreaterThanOrEqual(before)
  expect(view).toMatchObject({ rate: 1, paused: false, isStepping: false, aheadMs: 0 })
  expect(view.now).toBeLessThanOrEqual(Date.now())
})

test('messages are stamped with what it shows, born and stored', async () => {
  const { window, newest } = await started()
  const { now } = await window.call('clock.set', { paused: true })
  expect(await newest()).toMatchObject({ bornTimestamp: now, storeTimestamp: now })
  await window.call('clock.step', { ms: 3 * DAY })
  expect(await newest()).toMatchObject({
    bornTimestamp: now + 3 * DAY,
    storeTimestamp: now + 3 * DAY
  })
})

test('at speed, two hours of delay pass while a person watches', async () => {
  const { window, producer, consume } = await started()
  const inbox = await consume(TOPIC)
  const { now } = await window.call('clock.set', { rate: 10_000 })
  await (await producer()).send({ topic: TOPIC, body: Buffer.from('x'), delayTimeLevel: 18 })
  await inbox.reaches(1)
  expect(inbox.messages[0]!.storeTimestamp).toBeGreaterThanOrEqual(now + 2 * HOUR)
})

test('a step of ten days breaks no connection, no lease and no held pull', async () => {
  const { window, producer, consume } = await started()
  const sender = await producer()
  const inbox = await consume(TOPIC)
  await sender.send({ topic: TOPIC, body: Buffer.from('before') })
  await inbox.reaches(1)
  const nodes = async () => (await window.call('cluster.view')).brokers.map(({ state }) => state)
  const members = async () => (await window.call('group.detail', { groupName: 'CG' })).members
  const [before] = await members()
  await window.call('clock.step', { ms: 10 * DAY })
  expect(await nodes()).toEqual(['running'])
  expect(await members()).toEqual([before])
  await sender.send({ topic: TOPIC, body: Buffer.from('after') })
  await inbox.reaches(2)
  expect(inbox.bodies).toEqual(['before', 'after'])
  expect(inbox.messages[1]!.storeTimestamp - inbox.messages[0]!.storeTimestamp).toBeGreaterThan(
    10 * DAY
  )
})

test('a broker that is restarted has the time of the cluster at once', async () => {
  const { window, newest } = await started()
  await window.call('clock.set', { paused: true })
  const { now } = await window.call('clock.step', { ms: 2 * HOUR })
  await window.call('node.restart', { id: 'broker-a:0' })
  expect(await newest()).toMatchObject({ storeTimestamp: now })
})

test('the next run begins at the machine speed, as far ahead as the last one was', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gantry 时钟-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await started({ dataDir })
  await first.window.call('clock.set', { rate: 3600 })
  const { aheadMs } = await first.window.call('clock.step', { ms: 5 * HOUR })
  const stamped = await first.newest()
  await first.headless.stop()
  const second = await started({ dataDir })
  const view = await second.window.call('clock.get')
  expect(view).toMatchObject({ rate: 1, paused: false })
  expect(view.aheadMs).toBeGreaterThanOrEqual(aheadMs)
  expect((await second.newest()).storeTimestamp).toBeGreaterThan(stamped.storeTimestamp)
  await second.headless.kill()
  const third = await started({ dataDir })
  expect((await third.window.call('clock.get')).aheadMs).toBe(view.aheadMs)
})

test('going back, standing still by a step, and rates beyond the limits are refused', async () => {
  const { window } = await clockRig()
  const refused = [
    window.ask('clock.step', { ms: -MINUTE }),
    window.ask('clock.step', { ms: 0 }),
    window.ask('clock.step', { ms: 400 * DAY }),
    window.ask('clock.set', { rate: 0 }),
    window.ask('clock.set', { rate: 10_001 })
  ]
  for (const outcome of await Promise.all(refused))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } })
})

test('a window hears of every change, and that a step is under way', async () => {
  const { window } = await clockRig()
  const told = window.next('changed', ({ nouns }) => nouns.includes('clock'))
  const [first, second] = await Promise.all([
    window.ask('clock.step', { ms: HOUR }),
    window.ask('clock.step', { ms: HOUR })
  ])
  expect(first.ok).toBe(true)
  expect(second).toMatchObject({ ok: false, error: { code: 'CLOCK_BUSY' } })
  await told
})
