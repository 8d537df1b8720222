import { join } from 'node:path'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeSegmentHeader } from '../../../src/main/store/segmentFile'
import { startBroker } from '../../../src/main/broker/startBroker'
import { nodeDisk } from '../../../src/main/base/disk'
import { silentLog } from '../../../src/main/base/log'
import { seededRandom } from '../../../src/main/base/random'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import type { RunningBroker } from '../../../src/main/broker/startBroker'
import type { TailBatch } from '../../../src/shared/views'
import { BrokerTestbed, consumerData, type TestClient } from './brokerTestbed'

let bed: BrokerTestbed
beforeEach(() => {
  bed = new BrokerTestbed()
})
afterEach(() => bed.dispose())

const stored = async (client: TestClient, topic: string) =>
  decodeMessages((await client.pull('CG', topic, 0)).body ?? Buffer.alloc(0)).map(({ body }) =>
    body.toString()
  )

describe('bad input', () => {
  const closed = (socket: Socket): Promise<void> =>
    new Promise((resolve) => socket.on('close', () => resolve()).on('error', () => undefined))

  test.each([
    ['a length below the smallest', Buffer.from([0, 0, 0, 1])],
    ['a frame over 16 MiB', Buffer.from([1, 0, 0, 0])],
    ['a header that is no JSON', Buffer.from('0000000a00000006242424242424', 'hex')],
    ['an unknown serialization', Buffer.from('0000000409000000', 'hex')]
  ])('%s closes its connection and no other', async (_name, bytes) => {
    const broker = await bed.start()
    const client = bed.client(broker)
    await client.send('T', 'a')
    const socket = connect(broker.port, '127.0.0.1')
    const gone = closed(socket)
    socket.write(bytes)
    await gone
    expect(await stored(client, 'T')).toEqual(['a'])
  })

  test('an unknown code is answered REQUEST_CODE_NOT_SUPPORTED', async () => {
    const client = bed.client(await bed.start())
    for (const code of [99_999, RequestCode.QUERY_BROKER_OFFSET]) {
      const answer = await client.ask(code)
      expect(answer.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
      expect(answer.remark).toContain('not supported')
    }
  })

  test('a missing field is named', async () => {
    const client = bed.client(await bed.start())
    const answer = await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T' })
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(answer.remark).toContain('queueId')
  })
})

describe('after a restart', () => {
  const restart = async (broker: RunningBroker): Promise<TestClient> => {
    await broker.stop()
    return bed.client(await bed.start())
  }

  test('messages, topics, groups and offsets are as before', async () => {
    const broker = await bed.start()
    const client = bed.client(broker)
    await client.heartbeat('c1', [consumerData('CG', 'T')])
    await client.body(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, { groupName: 'G2', retryMaxTimes: 3 }) // prettier-ignore
    for (const text of ['a', 'b', 'c']) await client.send('T', text, { queueNums: 2 })
    const offset = { consumerGroup: 'CG', topic: 'T', queueId: 0 }
    await client.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...offset, commitOffset: 2 })

    const again = await restart(broker)
    expect(await stored(again, 'T')).toEqual(['a', 'b', 'c'])
    expect(await again.body(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' })).toMatchObject({
      readQueueNums: 2,
      perm: 6
    })
    expect(
      await again.body(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'G2' })
    ).toMatchObject({ retryMaxTimes: 3 })
    expect((await again.ask(RequestCode.QUERY_CONSUMER_OFFSET, offset)).extFields.offset).toBe('2')
    expect((await again.send('T', 'd')).extFields.queueOffset).toBe('3')
    expect(bed.reports).toEqual([])
  })

  test('a deleted topic stays deleted, and its successor does not see its messages', async () => {
    const broker = await bed.start()
    const client = bed.client(broker)
    await client.send('T', 'old')
    await client.body(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
    expect((await client.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' })).code).toBe(
      ResponseCode.TOPIC_NOT_EXIST
    )
    const again = await restart(broker)
    expect((await again.pull('CG', 'T', 0)).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
    expect((await again.send('T', 'new')).extFields.queueOffset).toBe('0')
    expect(await stored(again, 'T')).toEqual(['new'])
    expect(bed.reports).toEqual([])
  })

  test('a topic whose settings were lost comes back with its messages, and that is reported', async () => {
    const broker = await bed.start()
    const client = bed.client(broker)
    await client.send('T', 'a', { queueId: 2 })
    await broker.stop()
    nodeDisk.remove(`${bed.folder}/broker-a/meta/topics.db`)
    const again = bed.client(await bed.start())
    expect(await again.body(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' })).toMatchObject({
      readQueueNums: 3,
      writeQueueNums: 3
    })
    const { body } = await again.pull('CG', 'T', 0, { queueId: 2 })
    expect(decodeMessages(body ?? Buffer.alloc(0)).map((m) => m.body.toString())).toEqual(['a'])
    expect(bed.reports).toContainEqual({ kind: 'topic-adopted', topic: 'T', queueNums: 3 })
  })
})

test('a topic deleted and made again while it runs begins empty', async () => {
  const client = bed.client(await bed.start())
  await client.send('T', 'old')
  await client.body(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })
  await client.send('T', 'new')
  expect(await stored(client, 'T')).toEqual(['new'])
})

test('a port in use is refused before anything is written', async () => {
  const broker = await bed.start()
  const folder = `${bed.folder}/broker-b`
  const second = startBroker({
    ...{ clock: bed.clock, disk: nodeDisk, random: seededRandom(1), log: silentLog },
    ...{ folder, host: '127.0.0.1', vipChannel: false },
    properties: { listenPort: String(broker.port) },
    onReport: () => undefined,
    onPropertiesChanged: () => undefined
  })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(nodeDisk.exists(folder)).toBe(false)
})

test('a store of a newer Gantry is refused in one sentence before anything is written', async () => {
  const folder = `${bed.folder}/broker-c`
  const commitlog = join(folder, 'store', 'commitlog')
  nodeDisk.mkdirp(commitlog)
  nodeDisk.replaceFile(join(commitlog, '0'.repeat(20)), encodeSegmentHeader(0, 9))
  const newer = startBroker({
    ...{ clock: bed.clock, disk: nodeDisk, random: seededRandom(1), log: silentLog },
    ...{ folder, host: '127.0.0.1', vipChannel: false, properties: { listenPort: '0' } },
    onReport: () => undefined,
    onPropertiesChanged: () => undefined
  })
  await expect(newer).rejects.toThrow(/has format 9, this version knows \d+; use a newer Gantry$/)
  expect(nodeDisk.list(folder)).toEqual(['store'])
})

test('counters and tail show what passes; a closed tail shows nothing', async () => {
  const broker = await bed.start()
  const client = bed.client(broker)
  const batches: TailBatch[] = []
  const tail = broker.openTail((batch) => batches.push(batch))
  for (let i = 0; i < 30; i++) await client.send('T', `body ${i}`, { properties: { TAGS: 'TagA', UNIQ_KEY: `K${i}` } }) // prettier-ignore
  await client.pull('CG', 'T', 0, { maxMsgNums: 10 })
  bed.clock.advance(1000)
  expect(batches).toHaveLength(1)
  expect(batches[0]?.passed).toBe(40)
  expect(batches[0]?.messages).toHaveLength(20)
  const put = batches[0]?.messages.find(({ kind }) => kind === 'put')
  expect(put).toMatchObject({ brokerName: 'broker-a', topic: 'T', tags: 'TagA', group: 'PG' })
  expect(put?.preview).toBe(`body ${put?.msgId.slice(1)}`)
  tail.dispose()
  await client.send('T', 'x')
  bed.clock.advance(9000)
  expect(batches).toHaveLength(1)
  expect(broker.traffic()).toMatchObject({
    ...{ produced: 31, consumed: 10, produceTps: 3.1, consumeTps: 1 },
    ...{ producedToday: 31, consumedToday: 10 }
  })
})

test('while it stops it finishes what it was given, and refuses the rest', async () => {
  const broker = await bed.start()
  const client = bed.client(broker)
  await client.send('T', 'first')
  const sends = Array.from({ length: 50 }, (_, i) => client.send('T', String(i)))
  const answered = Promise.allSettled(sends)
  // On the same connection: when this is answered the broker has all fifty.
  await client.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
  await broker.stop()
  const acknowledged = (await answered).filter((r) => r.status === 'fulfilled' && r.value.code === 0) // prettier-ignore
  const again = bed.client(await bed.start())
  const max = await again.ask(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 })
  expect(acknowledged).toHaveLength(50)
  expect(max.extFields.offset).toBe('51')
})
