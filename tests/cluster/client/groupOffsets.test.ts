/** Resets by queue: what is planned is what happens, and taking it back restores what was there. */
import { beforeEach, expect, test } from 'vitest'
import { offsetHandlers } from '../../../src/main/console/offset'
import { systemClock } from '../../../src/main/base/clock'
import { RemotingError } from '../../../src/main/protocol/remotingCommand'
import type { OffsetMoveView } from '../../../src/shared/offsetViews'
import { testCluster, Inbox, until, type TestCluster } from './cluster'

let cluster: TestCluster
let offsets: ReturnType<typeof offsetHandlers>

const problemOf = (error: unknown) => ({
  code: error instanceof RemotingError ? String(error.code) : 'INTERNAL',
  message: String(error)
})

beforeEach(async () => {
  cluster = await testCluster()
  await cluster.broker()
  offsets = offsetHandlers({
    admin: cluster.admin,
    clock: systemClock.real,
    namesrvAddresses: () => [cluster.namesrv.address],
    problemOf
  })
  await cluster.admin.updateTopic({
    topicName: 'T',
    readQueueNums: 2,
    writeQueueNums: 2,
    perm: 6
  })
  await cluster.admin.updateSubGroup({ ...config('CG') })
})

const config = (groupName: string) => ({
  groupName,
  consumeEnable: true,
  consumeFromMinEnable: true,
  consumeBroadcastEnable: true,
  consumeMessageOrderly: false,
  retryQueueNums: 1,
  retryMaxTimes: 16,
  brokerId: 0,
  whichBrokerWhenConsumeSlowly: 1,
  notifyConsumerIdsChangedEnable: true,
  groupSysFlag: 0,
  consumeTimeoutMinute: 15,
  attributes: {}
})

/** To the two queues in turn. */
const send = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++)
    await cluster.admin.send(
      { topic: 'T', body: Buffer.from(String(i)) },
      { queue: { brokerName: 'broker-a', queueId: i % 2 } }
    )
}

const brief = (moves: readonly OffsetMoveView[]) =>
  moves.map(({ queueId, from, to, again, skipped }) => ({ queueId, from, to, again, skipped }))

const stored = async () =>
  (await cluster.admin.examineGroupQueues('CG', ['T'])).map(({ consumerOffset }) => consumerOffset)

const draft = (to: Parameters<(typeof offsets)['offset.reset']>[0]['to']) => ({
  groupName: 'CG',
  topics: ['T'],
  to
})

test('a group that never consumed goes to the end, and taken back has no offset again', async () => {
  await send(6)
  const plan = await offsets['offset.preview'](draft({ kind: 'max' }))
  expect(plan).toMatchObject({ groupName: 'CG', online: false })
  expect(brief(plan.moves)).toEqual([
    { queueId: 0, from: undefined, to: 3, again: 0, skipped: 3 },
    { queueId: 1, from: undefined, to: 3, again: 0, skipped: 3 }
  ])
  expect(await stored(), 'a preview changes nothing').toEqual([undefined, undefined])

  const result = await offsets['offset.reset'](draft({ kind: 'max' }))
  expect(result).toMatchObject({ done: 2, failed: 0 })
  expect(await stored()).toEqual([3, 3])

  await offsets['offset.undo']({ id: result.undo! })
  expect(await stored()).toEqual([undefined, undefined])
  expect(offsets['offset.kept']({ groupName: 'CG' })).toEqual([])
})

test('offsets typed by hand move those queues only; one that a queue does not have is refused alone', async () => {
  await send(6)
  const place = (queueId: number, offset: number) => ({
    topic: 'T',
    brokerName: 'broker-a',
    queueId,
    offset
  })
  await offsets['offset.reset'](draft({ kind: 'offsets', offsets: [place(1, 2)] }))
  expect(await stored()).toEqual([undefined, 2])

  const result = await offsets['offset.reset'](
    draft({ kind: 'offsets', offsets: [place(0, 99), place(1, 1)] })
  )
  expect(result).toMatchObject({ done: 1, failed: 1 })
  expect(result.rows[0]!.problem!.message).toContain('not in consume queue range [0-3]')
  expect(await stored()).toEqual([undefined, 1])

  await offsets['offset.undo']({ id: result.undo! })
  expect(await stored()).toEqual([undefined, 2])
})

test('while members are online they go on at the new place, and undo puts it back', async () => {
  await send(4)
  const inbox = new Inbox()
  await cluster.consumer({
    group: 'CG',
    subscription: [['T', '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  await inbox.reaches(4)
  await until(stored, (all) => all.every((offset) => offset === 2))
  const result = await offsets['offset.reset'](draft({ kind: 'min' }))
  expect(result.failed).toBe(0)
  await inbox.reaches(8)
  expect(inbox.messages).toHaveLength(8)
  await until(stored, (all) => all.every((offset) => offset === 2))
  // What was consumed since does not matter: it is again where it was before.
  const undone = await offsets['offset.undo']({ id: result.undo! })
  expect(undone).toMatchObject({ failed: 0 })
})

test('another group can be followed; queues it has no offset in stay', async () => {
  await send(6)
  await cluster.admin.updateSubGroup(config('Other'))
  await cluster.admin.resetOffsetsOfQueues(
    'Other',
    [{ ...(await cluster.admin.examineGroupQueues('Other', ['T']))[1]!, offset: 1 }],
    false
  )
  const plan = await offsets['offset.preview'](draft({ kind: 'clone', srcGroup: 'Other' }))
  expect(brief(plan.moves).map(({ to }) => to)).toEqual([undefined, 1])
  await offsets['offset.reset'](draft({ kind: 'clone', srcGroup: 'Other' }))
  expect(await stored()).toEqual([undefined, 1])
})

test('a system group and an unknown reset are refused', async () => {
  await expect(
    offsets['offset.preview']({ groupName: 'TOOLS_CONSUMER', topics: ['T'], to: { kind: 'min' } })
  ).rejects.toMatchObject({ code: 'SYSTEM_GROUP' })
  await expect(offsets['offset.undo']({ id: 7 })).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' })
})
