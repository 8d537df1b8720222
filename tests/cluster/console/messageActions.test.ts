/** What the console does with one stored message: tracks, delivery by hand, copies, replays. */
import { describe, expect, test } from 'vitest'
import { ReplayDraft, type ReplayDraftInput } from '../../../src/shared/messageDrafts'
import type { ReplayView, TrackType } from '../../../src/shared/searchViews'
import type { ConsumeStatus } from '../../../src/main/client/processQueue'
import { DefaultMQPushConsumer } from '../../../src/main/client/defaultMQPushConsumer'
import { Inbox, until } from '../client/cluster'
import { CALLER, messageRig } from './messageRig'

const rig = async () => {
  const all = await messageRig(1)
  const producer = await all.cluster.producer()
  const send = async (body: string, tags = 'TagA') => {
    await producer.send({ topic: 'T', body: Buffer.from(body), tags, keys: 'k', properties: [['mine', 'kept']] }) // prettier-ignore
    const [message] = await all.foundBy(await all.toItsEnd(await all.start({ topic: 'T' })))
    const { topic, brokerName, queueId, queueOffset } = message!
    return { topic, brokerName, queueId, queueOffset }
  }
  const consumer = (
    group: string,
    listener: () => ConsumeStatus | void,
    more: { tags?: string; messageModel?: 'BROADCASTING' } = {}
  ): Promise<DefaultMQPushConsumer> =>
    all.cluster.consumer({
      ...{ group, listener, consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' },
      subscription: [['T', more.tags ?? '*']],
      ...(more.messageModel && { messageModel: more.messageModel })
    })
  return { ...all, producer, send, consumer }
}

test('every group says whether it consumed the message', async () => {
  const { handlers, send, consumer } = await rig()
  const first = await send('one')
  const done = await consumer('GID_done', () => undefined)
  await consumer('GID_filtered', () => undefined, { tags: 'TagB' })
  await consumer('GID_all', () => undefined, { messageModel: 'BROADCASTING' })
  const gone = await consumer('GID_gone', () => undefined)
  const types = async (): Promise<Record<string, TrackType>> =>
    Object.fromEntries(
      (await handlers['message.tracks'](first)).tracks.map((one) => [one.groupName, one.trackType])
    )
  // Progress is stored when a member leaves; the one that is filtered passes the message as well.
  await until(types, (all) => all.GID_done !== undefined)
  await gone.stop()
  expect(await until(types, (all) => all.GID_gone === 'NOT_ONLINE')).toMatchObject({
    GID_all: 'CONSUME_BROADCASTING'
  })
  const [track] = (await handlers['message.tracks'](first)).tracks.filter(
    ({ groupName }) => groupName === 'GID_gone'
  )
  expect(track).toEqual({ groupName: 'GID_gone', trackType: 'NOT_ONLINE', isPassed: true, clients: [] }) // prettier-ignore
  await done.stop()
  await consumer('GID_done', () => undefined)
  expect(await until(types, (all) => all.GID_done === 'CONSUMED')).toMatchObject({ GID_done: 'CONSUMED' }) // prettier-ignore
})

describe('delivered to a chosen client', () => {
  test.each([
    ['a success', () => undefined, { consumeResult: 'CR_SUCCESS', remark: '' }],
    ['a wish for later', () => 'RECONSUME_LATER' as const, { consumeResult: 'CR_LATER' }],
    [
      'a failure',
      () => {
        throw new Error('no ink')
      },
      { consumeResult: 'CR_THROW_EXCEPTION', remark: 'Error: no ink' }
    ]
  ])('%s is its answer', async (_name, outcome, expected) => {
    const { cluster, handlers, send } = await rig()
    const message = await send('one')
    const inbox = new Inbox()
    const client = cluster.client()
    const consumer = new DefaultMQPushConsumer({
      ...{ client, group: 'GID_x', subscription: [['T', 'nothing']] },
      listener: (got) => {
        inbox.listener(got)
        return outcome()
      }
    })
    await consumer.start()
    const draft = { message, groupName: 'GID_x', clientId: client.clientId }
    const answer = await handlers['message.deliver'](draft)
    expect(answer).toMatchObject(expected)
    // It never subscribed to the tag: only the hand brought it.
    expect(inbox.bodies).toEqual(['one'])
    await expect(handlers['message.deliver']({ ...draft, clientId: 'nobody' })).rejects.toThrow(/not online/) // prettier-ignore
    await consumer.stop()
  })
})

test('a copy keeps what its program set, and has an id of its own', async () => {
  const { admin, handlers, send, start, toItsEnd, foundBy, searches } = await rig()
  await admin.updateTopic({ topicName: 'U', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const message = await send('one')
  const result = await handlers['message.copy']({ message, topic: 'U' })
  expect(result).toMatchObject({ sendStatus: 'SEND_OK', queueOffset: 0 })
  const view = await toItsEnd(await start({ topic: 'U' }))
  expect(await foundBy(view)).toMatchObject([{ preview: 'one', tags: 'TagA', keys: 'k', msgId: result.msgId }]) // prettier-ignore
  const { messages } = await searches.get(view.searchId, CALLER).details(0, 1)
  const names = messages[0]!.properties.map(([name]) => name)
  expect(messages[0]!.properties).toContainEqual(['mine', 'kept'])
  expect(new Set(names).size).toBe(names.length)
  await expect(handlers['message.copy']({ message: { ...message, queueOffset: 99 }, topic: 'U' })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' }) // prettier-ignore
})

describe('a replay', () => {
  const replayRig = async () => {
    const all = await rig()
    await all.admin.updateTopic({ topicName: 'U', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
    const run = (draft: ReplayDraftInput): Promise<ReplayView> =>
      Promise.resolve(all.handlers['message.replay'](ReplayDraft.parse(draft), CALLER))
    const ends = async (): Promise<ReplayView> =>
      (await until(
        () => Promise.resolve().then(() => new Promise((next) => setImmediate(next))).then(() => all.handlers['message.replayView']()), // prettier-ignore
        (view) => view !== null && view.state !== 'running' && view.state !== 'paused'
      ))!
    return { ...all, run, ends }
  }
  const everything = { topic: 'T', begin: 0, end: 4e12 }

  test('of a range of time keeps the order, and a tag can narrow it', async () => {
    const { producer, run, ends, search } = await replayRig()
    for (const [body, tags] of [
      ['a', 'X'],
      ['b', 'Y'],
      ['c', 'X']
    ] as const)
      // prettier-ignore
      await producer.send({ topic: 'T', body: Buffer.from(body), tags })
    await run({ source: everything, topic: 'U', pace: { kind: 'rate', perSecond: 1000 } })
    expect(await ends()).toMatchObject({ state: 'done', sent: 3, failed: 0, read: 3, sourceTopic: 'T' }) // prettier-ignore
    expect(await search({ topic: 'U', direction: 'oldestFirst' })).toEqual(['a', 'b', 'c'])
    await run({ source: { ...everything, tag: 'X' }, topic: 'U', pace: { kind: 'spacing', speed: 1000 } }) // prettier-ignore
    expect(await ends()).toMatchObject({ state: 'done', sent: 2 })
    expect(await search({ topic: 'U', direction: 'oldestFirst' })).toEqual(['a', 'b', 'c', 'a', 'c']) // prettier-ignore
  })

  test('into its own topic ends, for the range was settled before', async () => {
    const { producer, run, ends, search } = await replayRig()
    for (const body of ['a', 'b']) await producer.send({ topic: 'T', body: Buffer.from(body) })
    await run({ source: everything, topic: 'T', pace: { kind: 'rate', perSecond: 5000 } })
    expect(await ends()).toMatchObject({ state: 'done', sent: 2 })
    expect(await search({ topic: 'T', direction: 'oldestFirst' })).toEqual(['a', 'b', 'a', 'b'])
  })

  test('of a search sends what it found, oldest first', async () => {
    const { producer, run, ends, search, start, toItsEnd } = await replayRig()
    for (const body of ['keep 1', 'drop', 'keep 2']) await producer.send({ topic: 'T', body: Buffer.from(body) }) // prettier-ignore
    const { searchId } = await toItsEnd(await start({ topic: 'T', bodyText: 'keep' }))
    await run({ source: { searchId }, topic: 'U', pace: { kind: 'rate', perSecond: 1000 } })
    expect(await ends()).toMatchObject({ state: 'done', sent: 2, total: 2 })
    expect(await search({ topic: 'U', direction: 'oldestFirst' })).toEqual(['keep 1', 'keep 2'])
  })

  test('is paused, goes on, is stopped, and is alone', async () => {
    const { producer, run, ends, handlers } = await replayRig()
    await producer.sendBatch(Array.from({ length: 50 }, () => ({ topic: 'T', body: Buffer.from('x') }))) // prettier-ignore
    const draft: ReplayDraftInput = { source: everything, topic: 'U', pace: { kind: 'rate', perSecond: 1 } } // prettier-ignore
    await run(draft)
    await expect(run(draft)).rejects.toMatchObject({ code: 'REPLAY_RUNNING' })
    handlers['message.replayPause']({ paused: true })
    expect(handlers['message.replayView']()).toMatchObject({ state: 'paused' })
    handlers['message.replayPause']({ paused: false })
    expect(handlers['message.replayView']()).toMatchObject({ state: 'running' })
    handlers['message.replayStop']()
    expect(await ends()).toMatchObject({ state: 'stopped', isCut: false })
  })

  test('ends at its limit and says so; one that cannot send fails with the reason', async () => {
    const { producer, run, ends } = await replayRig()
    await producer.sendBatch(Array.from({ length: 5 }, () => ({ topic: 'T', body: Buffer.from('x') }))) // prettier-ignore
    const pace = { kind: 'rate', perSecond: 5000 } as const
    await run({ source: everything, topic: 'U', pace, limit: 3 })
    expect(await ends()).toMatchObject({ state: 'done', sent: 3, isCut: true })
    await run({ source: everything, topic: 'Nowhere', pace })
    expect(await ends()).toMatchObject({ state: 'failed', sent: 0 })
  })
})
