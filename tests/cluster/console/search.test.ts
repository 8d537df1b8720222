/** Searching messages from the console: every form, in order, to the last one, on real brokers. */
import { describe, expect, test } from 'vitest'
import { createAdmin } from '../../../src/main/admin/admin'
import { systemClock } from '../../../src/main/base/clock'
import { Searches } from '../../../src/main/console/messageSearch'
import type { RemotingRequest } from '../../../src/main/protocol/remotingCommand'
import { RemotingConnectError } from '../../../src/main/remoting/errors'
import { SearchDraft } from '../../../src/shared/messageDrafts'
import type { Message } from '../../../src/main/client/message'
import { remotingClient } from '../nameserver/nameservers'
import { CALLER, messageRig } from './messageRig'

const text = (body: string, more: Partial<Message> = {}): Message => ({
  topic: 'T',
  body: Buffer.from(body),
  ...more
})

/** One queue: messages of one millisecond keep their order. */
const orders = async () => {
  const rig = await messageRig(1)
  const producer = await rig.cluster.producer()
  const results = []
  for (const message of [
    text('paper', { tags: 'TagA', keys: 'k1 shared', properties: [['region', 'north']] }),
    text('PEN', { tags: 'TagB', keys: 'k2 shared', properties: [['region', 'south']] }),
    text('墨水 order-17', { tags: 'TagA', keys: 'k3' }),
    text('ink', { keys: 'K3' })
  ])
    results.push(await producer.send(message))
  return { ...rig, producer, results }
}

test('each form finds what it names, newest or oldest first', async () => {
  const { search } = await orders()
  const newest = ['ink', '墨水 order-17', 'PEN', 'paper']
  expect(await search({ topic: 'T' })).toEqual(newest)
  expect(await search({ topic: 'T', direction: 'oldestFirst' })).toEqual([...newest].reverse())
  expect(await search({ topic: 'T', tag: 'TagA' })).toEqual(['墨水 order-17', 'paper'])
  expect(await search({ topic: 'T', tag: 'TagA || TagB', direction: 'oldestFirst' })).toEqual(['paper', 'PEN', '墨水 order-17']) // prettier-ignore
  expect(await search({ topic: 'T', key: 'shared' })).toEqual(['PEN', 'paper'])
  expect(await search({ topic: 'T', key: 'k3' })).toEqual(['墨水 order-17'])
  expect(await search({ topic: 'T', property: { name: 'region', value: 'south' } })).toEqual(['PEN']) // prettier-ignore
  expect(await search({ topic: 'T', property: { name: 'region', value: '' } })).toEqual(['PEN', 'paper']) // prettier-ignore
  expect(await search({ topic: 'T', bodyText: 'pen' })).toEqual(['PEN'])
  expect(await search({ topic: 'T', bodyText: 'pen', ignoreCase: false })).toEqual([])
  expect(await search({ topic: 'T', bodyText: '墨水' })).toEqual(['墨水 order-17'])
  expect(await search({ topic: 'T', bodyRegex: 'order-\\d+$' })).toEqual(['墨水 order-17'])
  expect(await search({ topic: 'T', bodyRegex: '^p', tag: 'TagA' })).toEqual(['paper'])
})

test('queues and offsets bound what is read', async () => {
  const { start, toItsEnd, foundBy } = await orders()
  const queue = { brokerName: 'broker-a', queueId: 0 }
  const view = await toItsEnd(await start({ topic: 'T', queues: [queue], fromOffset: 1, toOffset: 1 })) // prettier-ignore
  expect(view).toMatchObject({ matched: 1, scanned: 1, remaining: 0, isDone: true })
  expect(view.queues).toEqual([{ ...queue, from: 1, to: 2, scanned: 1 }])
  expect(await foundBy(view)).toMatchObject([{ ...queue, queueOffset: 1 }])
})

test('a range of time holds both of its ends and nothing beside it', async () => {
  const { start, toItsEnd, foundBy } = await orders()
  const all = await foundBy(await toItsEnd(await start({ topic: 'T', direction: 'oldestFirst' })))
  const [begin, end] = [all[1]!.storeTimestamp, all[2]!.storeTimestamp]
  const wanted = all.filter(({ storeTimestamp: at }) => at >= begin && at <= end)
  const view = await toItsEnd(await start({ topic: 'T', begin, end, direction: 'oldestFirst' }))
  expect(await foundBy(view)).toEqual(wanted)
  expect(await foundBy(await toItsEnd(await start({ topic: 'T', begin: end + 60_000 })))).toEqual(
    []
  )
  expect(await foundBy(await toItsEnd(await start({ topic: 'T', end: begin - 60_000 })))).toEqual(
    []
  )
})

describe('an id', () => {
  test('of any form is found, with or without its topic, in either case', async () => {
    const { search, results } = await orders()
    const { msgId, offsetMsgId } = results[0]!
    for (const id of [msgId, offsetMsgId, msgId.toLowerCase(), `${msgId},${results[1]!.msgId}`]) {
      expect(await search({ id, topic: 'T' }), id).toContain('paper')
      expect(await search({ id }), id).toContain('paper')
    }
    expect(await search({ id: `${msgId},${results[1]!.msgId}` })).toEqual(['PEN', 'paper'])
    expect(await search({ id: '01002A7B4C5D6E1F2008A1B2C300000001' })).toEqual([])
  })

  test('of a gRPC client, of a batch, and of messages kept back', async () => {
    const { search, producer, admin } = await orders()
    const grpcId = '01002A7B4C5D6E1F2008A1B2C300000001'
    await producer.send(text('by gRPC', { properties: [['UNIQ_KEY', grpcId]] }))
    expect(await search({ id: grpcId })).toEqual(['by gRPC'])
    const batch = await producer.sendBatch([text('b1'), text('b2')])
    expect((await search({ id: batch.msgId, topic: 'T' })).sort()).toEqual(['b1', 'b2'])
    const delayed = await producer.send(text('later', { delayTimeLevel: 18 }))
    expect(await search({ id: delayed.msgId, topic: 'T' })).toEqual(['later'])
    const half = await admin.send(text('half', { properties: [['TRAN_MSG', 'true'], ['PGROUP', 'PG']] })) // prettier-ignore
    expect(await search({ id: half.msgId, topic: 'T' })).toEqual(['half'])
  })
})

test('fifty thousand messages are all reachable, and the counts add up at every step', async () => {
  const { cluster, start, searches } = await messageRig(3)
  const producer = await cluster.producer()
  const total = 50_000
  for (let sent = 0; sent < total; sent += 500)
    await producer.sendBatch(
      Array.from({ length: 500 }, (_, i) => text(`n${String(sent + i)}`, { tags: i % 100 === 0 ? 'rare' : 'common' })) // prettier-ignore
    )
  let view = await start({ topic: 'T' })
  expect(view).toMatchObject({ matched: 0, scanned: 0, remaining: total, isDone: false })
  while (!view.isDone) {
    view = await searches.get(view.searchId, CALLER).next()
    expect(view.scanned + view.remaining).toBe(total)
    // Nothing filters: whatever was passed matches.
    expect(view.matched).toBe(view.scanned)
  }
  const seen = new Set<string>()
  for (let from = 0; from < total; from += 100)
    for (const message of (await searches.get(view.searchId, CALLER).page(from, 100)).messages)
      seen.add(message!.preview)
  expect(seen.size).toBe(total)

  // The broker leaves out the others; scanned still counts them.
  for (const direction of ['newestFirst', 'oldestFirst'] as const) {
    let rare = await start({ topic: 'T', tag: 'rare', direction })
    while (!rare.isDone) rare = await searches.get(rare.searchId, CALLER).next()
    expect(rare).toMatchObject({ matched: total / 100, scanned: total, remaining: 0 })
  }
})

test('stopped and gone on with, nothing is missed or told twice', async () => {
  const { cluster, start, searches, foundBy, toItsEnd } = await messageRig(2)
  const producer = await cluster.producer()
  await producer.sendBatch(Array.from({ length: 1200 }, (_, i) => text(`n${i}`)))
  const begun = await start({ topic: 'T', direction: 'oldestFirst' })
  const first = await searches.get(begun.searchId, CALLER).next()
  expect(first).toMatchObject({ matched: 20, isDone: false })
  // What is stored meanwhile is not part of the range it began with.
  await producer.send(text('too late'))
  const found = await foundBy(await toItsEnd(first))
  expect(found.map(({ preview }) => preview)).toEqual(Array.from({ length: 1200 }, (_, i) => `n${i}`)) // prettier-ignore
})

test('a regular expression that takes for ever ends the search with a reason', async () => {
  const { cluster, start, searches } = await messageRig(1)
  const producer = await cluster.producer()
  await producer.sendBatch(Array.from({ length: 30 }, () => text(`${'a'.repeat(40)}!`)))
  const view = await start({ topic: 'T', bodyRegex: '^(a+)+$' })
  await expect(searches.get(view.searchId, CALLER).next()).rejects.toMatchObject({
    code: 'REGEX_TOO_SLOW'
  })
})

test('a broken expression, a search without a topic and one that is gone are refused', async () => {
  const { searches, start } = await messageRig(1)
  expect(SearchDraft.safeParse({ topic: 'T', bodyRegex: '(' }).success).toBe(false)
  await expect(start({ bodyText: 'x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  const first = await start({ topic: 'T' })
  await start({ topic: 'T' })
  expect(() => searches.get(first.searchId, CALLER)).toThrow(/no search/)
  searches.forget(CALLER)
  expect(() => searches.get('2', CALLER)).toThrow(/no search/)
})

test('a broker that does not answer is named, the others are searched', async () => {
  const { cluster, admin } = await messageRig(1)
  const other = await cluster.broker('broker-b')
  await admin.updateTopic({ topicName: 'U', readQueueNums: 1, writeQueueNums: 1, perm: 6 })
  const queue = { brokerName: 'broker-a', queueId: 0 }
  await admin.send({ topic: 'U', body: Buffer.from('there') }, { queue })
  const client = remotingClient()
  const deaf = Object.create(client, {
    call: {
      value: (address: string, ...rest: [RemotingRequest, number]) =>
        address === other.address
          ? Promise.reject(new RemotingConnectError(address))
          : client.call(address, ...rest)
    }
  }) as typeof client
  const searches = new Searches({
    admin: createAdmin({
      client: deaf,
      clock: systemClock,
      namesrvAddresses: () => [cluster.namesrv.address]
    }),
    clock: systemClock
  })
  const { searchId } = await searches.start(SearchDraft.parse({ topic: 'U' }), CALLER)
  const view = await searches.get(searchId, CALLER).next()
  expect(view).toMatchObject({ matched: 1, isDone: true, missingBrokers: ['broker-b'] })
})
