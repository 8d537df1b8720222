/** Consumers of the window, of every kind, and the live tail. */
import { expect, test } from 'vitest'
import { defaultSubscriptionGroupConfig } from '../../../src/main/protocol/bodies/subscriptionGroup'
import { until } from './cluster'
import { windowRig, type WindowRig } from './windowRig'

/** Retries come after a second. */
const SOON = { messageDelayLevel: '1s 1s 1s 1s' }

const progress = async (rig: WindowRig, group = 'gantry_window_test'): Promise<number> => {
  const { offsets } = await rig.cluster.admin.examineConsumeStats(group, 'Orders')
  return offsets.reduce((sum, { consumerOffset }) => sum + Math.max(0, consumerOffset), 0)
}

test('push, by hand: what is acknowledged is done, what is given back comes again', async () => {
  const rig = await windowRig(SOON)
  await rig.send({ body: 'good', queue: 'broker-a:0' })
  await rig.send({ body: 'bad', queue: 'broker-a:1' })
  const { id, isGroupMade } = await rig.start()
  expect(isGroupMade).toBe(true)
  const view = await rig.reaches(id, (messages) => messages.length === 2)
  const numberOf = (body: string) =>
    view.changed.find(({ message }) => message.preview === body)!.number
  await rig.settle(id, 'ack', [numberOf('good')])
  await rig.settle(id, 'nack', [numberOf('bad')])
  const again = await rig.reaches(id, (messages) => messages.some((m) => m.reconsumeTimes === 1))
  expect(again.counts).toMatchObject({ received: 3, acked: 1, nacked: 1, redelivered: 1 })
  expect(again.changed.at(-1)).toMatchObject({ topic: 'Orders', message: { preview: 'bad' } })
})

test('push, in order: a message that failed comes again before the next', async () => {
  const rig = await windowRig()
  await rig.send({ body: '1', queue: 'broker-a:0' })
  await rig.send({ body: '2', queue: 'broker-a:0' })
  const { id } = await rig.start({ isOrderly: true })
  await rig.reaches(id, (messages) => messages.length === 1)
  await rig.settle(id, 'nack', [1])
  await rig.reaches(id, (messages) => messages.length === 2)
  await rig.settle(id, 'ack', [2])
  const { changed } = await rig.reaches(id, (messages) => messages.length === 3)
  expect(changed.map(({ message }) => message.preview)).toEqual(['1', '1', '2'])
})

test('push, broadcasting: every window gets every message', async () => {
  const rig = await windowRig()
  await rig.cluster.admin.updateSubGroup(defaultSubscriptionGroupConfig('B'))
  const start = { group: 'B', model: 'BROADCASTING', takeFromOthers: true } as const
  const behaviour = { ack: 'auto', failPercent: 0, processingMs: 0 } as const
  const [a, b] = [
    await rig.start({ ...start, behaviour }),
    await rig.start({ ...start, behaviour })
  ]
  await rig.send({ body: 'to all' })
  for (const { id } of [a, b]) {
    const { counts } = await rig.reaches(id, (messages) => messages[0]?.state === 'acked')
    expect(counts.received).toBe(1)
  }
})

test('automatic: as many fail as wanted', async () => {
  const rig = await windowRig()
  const { id } = await rig.start({ behaviour: { ack: 'auto', failPercent: 100, processingMs: 20 } })
  await rig.send({ body: 'x' })
  const { counts } = await rig.reaches(id, (messages) => messages[0]?.state === 'nacked')
  expect(counts).toMatchObject({ acked: 0, nacked: 1 })
  rig.handlers['consume.behave'](
    { id, behaviour: { ack: 'auto', failPercent: 0, processingMs: 0 } },
    rig.caller
  )
  await rig.send({ body: 'y' })
  await rig.reaches(id, (messages) => messages.some((m) => m.state === 'acked'))
})

test('pop: acknowledged, given back with its own time, and kept for longer', async () => {
  const rig = await windowRig()
  for (const body of ['a', 'b', 'c']) await rig.send({ body })
  const { id } = await rig.start({ kind: 'pop', invisibleMs: 20_000 })
  const { changed } = await rig.reaches(id, (messages) => messages.length === 3)
  const [first, second, third] = changed
  await rig.settle(id, 'ack', [first!.number])
  await rig.settle(id, 'extend', [second!.number], 600_000)
  await rig.settle(id, 'nack', [third!.number], 1000)
  const view = rig.view(id)
  const stateOf = (number: number) => view.changed.find((m) => m.number === number)
  expect(stateOf(first!.number)?.state).toBe('acked')
  expect(stateOf(second!.number)?.state).toBe('inHand')
  expect(stateOf(second!.number)!.invisibleUntil! - second!.invisibleUntil!).toBeGreaterThan(
    500_000
  )
  const again = await rig.reaches(id, (messages) => messages.length === 4)
  expect(again.changed.at(-1)).toMatchObject({
    ...{ reconsumeTimes: 1, topic: 'Orders' },
    message: { preview: third!.message.preview }
  })
})

test('pop: a message nobody settles comes again after its invisible time', async () => {
  const rig = await windowRig()
  await rig.send({ body: 'a' })
  const { id } = await rig.start({ kind: 'pop', invisibleMs: 1000 })
  const { changed, counts } = await rig.reaches(id, (messages) => messages.length === 2)
  expect(changed.map(({ state }) => state)).toEqual(['expired', 'inHand'])
  expect(counts).toMatchObject({ expired: 1, redelivered: 1, inHand: 1 })
})

test('pull: progress is what was settled, in the order of the queue', async () => {
  const rig = await windowRig(SOON)
  for (const body of ['1', '2', '3']) await rig.send({ body, queue: 'broker-a:0' })
  const { id } = await rig.start({ kind: 'pull', maxInHand: 3 })
  await rig.reaches(id, (messages) => messages.length === 3)
  await rig.settle(id, 'ack', [2])
  expect(await progress(rig)).toBe(0)
  await rig.settle(id, 'ack', [1])
  expect(await progress(rig)).toBe(2)
  await rig.settle(id, 'nack', [3])
  expect(await progress(rig)).toBe(3)
  const { changed } = await rig.reaches(id, (messages) => messages.length === 4)
  expect(changed.at(-1)).toMatchObject({ reconsumeTimes: 1, message: { preview: '3' } })
})

test('a group of others is taken from only when it is said', async () => {
  const rig = await windowRig()
  await rig.cluster.consumer({
    group: 'CG',
    subscription: [['Orders', '*']],
    listener: () => undefined
  })
  const query = { topic: 'Orders', group: 'CG', expression: '*', expressionType: 'TAG' as const }
  const found = await until(() => rig.handlers['consume.check'](query), ({ members }) => members.length > 0) // prettier-ignore
  expect(found).toMatchObject({ isGroupThere: true, members: [{ language: 'JAVA' }] })
  await expect(rig.start({ group: 'CG' })).rejects.toMatchObject({
    code: 'GROUP_HAS_MEMBERS',
    params: { groupName: 'CG', n: 1 }
  })
  const started = await rig.start({ group: 'CG', takeFromOthers: true })
  expect(started).toMatchObject({ state: 'running', isGroupMade: false })
})

test('a group made for the window goes with it; its messages are given back', async () => {
  const rig = await windowRig()
  await rig.send({ body: 'x' })
  const { id } = await rig.start()
  await rig.reaches(id, (messages) => messages.length === 1)
  const query = { topic: 'Orders', group: 'gantry_window_test', expression: '*', expressionType: 'TAG' as const } // prettier-ignore
  expect(await rig.handlers['consume.check'](query)).toMatchObject({ isGroupThere: true })
  await rig.handlers['consume.stop']({ id, cleanUp: true }, rig.caller)
  expect(rig.view(id)).toMatchObject({ state: 'ended', changed: [{ state: 'givenBack' }] })
  expect(await rig.handlers['consume.check'](query)).toMatchObject({ isGroupThere: false })
})

test.each(['push', 'pull', 'pop'] as const)(
  '%s: a wrong expression is told at the start, and a right one filters',
  async (kind) => {
    const rig = await windowRig({ enablePropertyFilter: 'true' })
    const sql = { kind, expressionType: 'SQL92', group: 'gantry_window_sql' } as const
    await expect(rig.start({ ...sql, expression: 'n >' })).rejects.toMatchObject({
      code: 'SUBSCRIPTION_PARSE_FAILED'
    })
    await rig.send({ body: 'small', properties: [{ name: 'n', value: '1' }] })
    await rig.send({ body: 'large', properties: [{ name: 'n', value: '9' }] })
    const { id } = await rig.start({ ...sql, expression: 'n > 5' })
    const { changed } = await rig.reaches(id, (messages) => messages.length > 0)
    expect(changed.map(({ message }) => message.preview)).toEqual(['large'])
  }
)

test('a live tail shows what comes, filters it, and makes no group', async () => {
  const rig = await windowRig()
  await rig.send({ body: 'old' })
  const tail = rig.handlers['consume.tail']
  const query = { topic: 'Orders', tag: '', key: '', text: '' }
  const first = await tail(query)
  expect(first).toMatchObject({ messages: [], queues: 4, arrived: 0 })
  await rig.send({ body: 'Apple', tags: 'A', keys: 'k1' })
  await rig.send({ body: 'Banana', tags: 'B' })
  const { positions } = first
  const previews = async (filter: Partial<typeof query>) =>
    (await tail({ ...query, ...filter, positions })).messages.map(({ preview }) => preview)
  expect(await previews({})).toEqual(['Apple', 'Banana'])
  expect(await previews({ tag: 'B' })).toEqual(['Banana'])
  expect(await previews({ key: 'k1' })).toEqual(['Apple'])
  expect(await previews({ text: 'apple' })).toEqual(['Apple'])
  const next = await tail({ ...query, positions })
  expect(next.arrived).toBe(2)
  expect(await tail({ ...query, positions: next.positions })).toMatchObject({
    messages: [],
    arrived: 0
  })
  const groups = await rig.cluster.admin.queryTopicConsumeByWho('Orders')
  expect(groups).toEqual([])
})

test('a tail that is far behind leaves messages out, and says how many', async () => {
  const rig = await windowRig()
  const tail = rig.handlers['consume.tail']
  const query = { topic: 'Orders', tag: '', key: '', text: '' }
  const { positions } = await tail(query)
  await rig.send({ kind: 'batch', batchCount: 100, queue: 'broker-a:0', body: '{{seq}}' })
  const view = await tail({ ...query, positions })
  expect(view).toMatchObject({ arrived: 100, skipped: 68 })
  expect(view.messages.at(-1)?.preview).toBe('100')
  expect(view.messages).toHaveLength(32)
})
