import { describe, expect, test } from 'vitest'
import { DefaultMQProducer } from '../../../src/main/client/defaultMQProducer'
import { DefaultMQPushConsumer } from '../../../src/main/client/defaultMQPushConsumer'
import { jsonBody, readJsonBody } from '../../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { decodeFrame } from '../../../src/main/protocol/frame'
import { decodeMessages } from '../../../src/main/protocol/message/messageCodec'
import { parseProperties } from '../../../src/main/protocol/message/properties'
import type { RemotingCommand, Reply } from '../../../src/main/protocol/remotingCommand'
import { loadFrames, loadHex } from '../../fixtures/load'
import { nameserver } from '../nameserver/nameservers'
import { Inbox } from './cluster'
import { clientOf, hurriedClock, scriptedBroker, success } from './scriptedBroker'

const { SEND_MESSAGE_V2, SEND_BATCH_MESSAGE } = RequestCode

const sendOk = success({
  msgId: '7F00000100002A9F0000000000000000',
  queueId: '0',
  queueOffset: '7'
})
const refusal = (code: number): Reply => ({ code, remark: `refused with ${code}` })
const message = { topic: 'TopicA', body: Buffer.from('x') }

const official = (name: string): RemotingCommand =>
  decodeFrame(loadHex(`frames/${name}.hex`).subarray(4))

describe('a producer', () => {
  test.each([1, 2, 14, 16, 17, 204, 205, 1500])(
    'tries another broker after code %i',
    async (code) => {
      const namesrv = await nameserver()
      const failing = await scriptedBroker(namesrv, 'a', { [SEND_MESSAGE_V2]: () => refusal(code) })
      const good = await scriptedBroker(namesrv, 'b', { [SEND_MESSAGE_V2]: () => sendOk })
      const producer = new DefaultMQProducer(clientOf([namesrv.address]), 'PG')
      // Two sends begin at different queues, so the failing broker was first at least once.
      const results = [await producer.send(message), await producer.send(message)]
      results.push(await producer.send(message), await producer.send(message))
      expect(results.map((r) => r.messageQueue.brokerName)).toEqual(['b', 'b', 'b', 'b'])
      expect(failing.requests.length).toBeGreaterThan(0)
      expect(good.requests).toHaveLength(4)
    }
  )

  test.each([13, 26, 29])('gives up at once after code %i', async (code) => {
    const namesrv = await nameserver()
    const broker = await scriptedBroker(namesrv, 'a', { [SEND_MESSAGE_V2]: () => refusal(code) })
    const producer = new DefaultMQProducer(clientOf([namesrv.address]), 'PG')
    await expect(producer.send(message)).rejects.toMatchObject({
      code,
      remark: `refused with ${code}`
    })
    expect(broker.requests).toHaveLength(1)
  })

  test('tries three times, and once only where the queue is chosen', async () => {
    const namesrv = await nameserver()
    const broker = await scriptedBroker(namesrv, 'a', { [SEND_MESSAGE_V2]: () => refusal(2) })
    const producer = new DefaultMQProducer(clientOf([namesrv.address]), 'PG')
    await expect(producer.send(message)).rejects.toMatchObject({ code: 2 })
    expect(broker.requests).toHaveLength(3)
    const queue = { brokerName: 'a', queueId: 1 }
    await expect(producer.send(message, { queue })).rejects.toMatchObject({ code: 2 })
    expect(broker.requests).toHaveLength(4)
    expect(broker.requests[3]?.extFields.e).toBe('1')
  })

  test.each([
    [10, 'FLUSH_DISK_TIMEOUT'],
    [12, 'FLUSH_SLAVE_TIMEOUT'],
    [11, 'SLAVE_NOT_AVAILABLE']
  ])('takes code %i for stored: %s', async (code, sendStatus) => {
    const namesrv = await nameserver()
    await scriptedBroker(namesrv, 'a', { [SEND_MESSAGE_V2]: () => ({ ...sendOk, code }) })
    const producer = new DefaultMQProducer(clientOf([namesrv.address]), 'PG')
    expect(await producer.send(message)).toMatchObject({ sendStatus, queueOffset: 7 })
  })

  test('uses every queue in turn', async () => {
    const namesrv = await nameserver()
    const broker = await scriptedBroker(
      namesrv,
      'a',
      { [SEND_MESSAGE_V2]: () => sendOk },
      { TopicA: 4 }
    )
    const producer = new DefaultMQProducer(clientOf([namesrv.address]), 'PG')
    for (let i = 0; i < 8; i++) await producer.send(message)
    const ids = broker.requests.map((r) => Number(r.extFields.e))
    expect([...ids].sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    expect(ids.slice(4)).toEqual(ids.slice(0, 4))
  })

  test.each([
    ['SEND_MESSAGE_V2.java53x.json.request', SEND_MESSAGE_V2],
    ['SEND_BATCH_MESSAGE.java53x.json.request', SEND_BATCH_MESSAGE]
  ])('sends the header fields of %s', async (name, code) => {
    const namesrv = await nameserver()
    const broker = await scriptedBroker(namesrv, 'a', { [code]: () => sendOk })
    const producer = new DefaultMQProducer(clientOf([namesrv.address]), 'PG')
    const theirs = official(name).extFields
    const full = {
      ...message,
      tags: 'TagA',
      keys: 'k',
      flag: Number(theirs.h),
      properties: [['colour', 'red']] as const
    }
    await (code === SEND_MESSAGE_V2 ? producer.send(full) : producer.sendBatch([full, full]))
    const ours = broker.requests[0]!.extFields
    // `l`, maxReconsumeTimes, is for retry topics only.
    expect(Object.keys(theirs).filter((key) => ours[key] === undefined)).toEqual([])
    for (const key of ['c', 'd', 'f', 'h', 'j', 'k', 'm']) expect(ours[key]).toBe(theirs[key])
    if (code !== SEND_MESSAGE_V2) return
    const names = (properties = '') =>
      parseProperties(properties)
        .map(([key]) => key)
        .sort()
    expect(names(ours.i)).toEqual(names(theirs.i))
  })
})

test('a client whose nameserver is gone asks the next one', async () => {
  const [first, second] = [await nameserver(), await nameserver()]
  const answer = { [SEND_MESSAGE_V2]: () => sendOk }
  await scriptedBroker(second, 'a', answer)
  await first.stop()
  // Twice each way round, because the list is begun at random.
  for (const addresses of [
    [first.address, second.address],
    [second.address, first.address]
  ]) {
    const producer = new DefaultMQProducer(clientOf(addresses), 'PG')
    expect((await producer.send(message)).sendStatus).toBe('SEND_OK')
  }
  const lost = new DefaultMQProducer(clientOf([first.address]), 'PG')
  await expect(lost.send(message)).rejects.toMatchObject({ address: first.address })
})

describe('a consumer', () => {
  const found = official('PULL_MESSAGE-found.java53x.json.response')
  const stored = decodeMessages(found.body!)

  const consumerScript = (
    clientId: string,
    pull: (c: RemotingCommand) => Reply | Promise<Reply>
  ) => ({
    [RequestCode.HEART_BEAT]: () => success(),
    [RequestCode.UNREGISTER_CLIENT]: () => success(),
    [RequestCode.GET_CONSUMER_LIST_BY_GROUP]: () =>
      success({}, jsonBody({ consumerIdList: [clientId] })),
    [RequestCode.QUERY_CONSUMER_OFFSET]: () => refusal(ResponseCode.QUERY_NOT_FOUND),
    [RequestCode.UPDATE_CONSUMER_OFFSET]: () => success(),
    [RequestCode.PULL_MESSAGE]: pull
  })

  /** Answers the first pull with recorded messages and holds the others. */
  const pullOnce = (): ((command: RemotingCommand) => Reply | Promise<Reply>) => {
    let first = true
    return () => {
      if (!first) return new Promise<Reply>(() => undefined)
      first = false
      return { code: 0, extFields: found.extFields, body: found.body! }
    }
  }

  const start = async (
    script: object,
    listener: Inbox['listener'],
    client: ReturnType<typeof clientOf>
  ): Promise<DefaultMQPushConsumer> => {
    const consumer = new DefaultMQPushConsumer({
      client,
      group: 'CG_push',
      subscription: [['TopicA', '*']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener
    })
    await consumer.start()
    return consumer
  }

  test('reads what an official broker answered to a pull', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address])
    const script = consumerScript(client.clientId, pullOnce())
    await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const inbox = new Inbox()
    const consumer = await start(script, inbox.listener, client)
    await inbox.reaches(stored.length)
    expect(inbox.messages.map((m) => m.queueOffset)).toEqual(stored.map((m) => m.queueOffset))
    expect(inbox.messages.map((m) => m.body.toString())).not.toContain('')
    await consumer.stop()
  })

  test('heartbeats like a Java client', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address])
    const script = consumerScript(client.clientId, pullOnce())
    const broker = await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const consumer = await start(script, () => undefined, client)
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])]
      if (typeof value !== 'object' || value === null) return typeof value
      return Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => key !== 'producerDataSet')
          .map(([key, item]) => [key, key === 'tagsSet' || key === 'codeSet' ? 'set' : shape(item)])
      )
    }
    const beat = broker.requests.find((r) => r.code === RequestCode.HEART_BEAT)!
    const recorded = official('HEART_BEAT-consumer.java53x.json.request')
    const body = (command: RemotingCommand) => readJsonBody(command.body!, 'heartbeat')
    expect(shape(body(beat))).toEqual(shape(body(recorded)))
    await consumer.stop()
  })

  test('sends the header fields an official client pulls with', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address])
    const script = consumerScript(client.clientId, pullOnce())
    const broker = await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const inbox = new Inbox()
    const consumer = await start(script, inbox.listener, client)
    await inbox.reaches(stored.length)
    await consumer.stop()
    const pull = broker.requests.find((r) => r.code === RequestCode.PULL_MESSAGE)!
    const known = new Set(
      loadFrames()
        .filter((f) => f.code === 'PULL_MESSAGE' && f.direction === 'request')
        .flatMap((f) => Object.keys(decodeFrame(f.bytes.subarray(4)).extFields))
    )
    expect(Object.keys(pull.extFields).filter((key) => !known.has(key))).toEqual([])
    expect(pull.extFields).toMatchObject({ sysFlag: '2', suspendTimeoutMillis: '15000' })
  })

  test('gets a message again that it could neither consume nor send back, and goes no further', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address], hurriedClock)
    const script = consumerScript(client.clientId, pullOnce())
    const broker = await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const inbox = new Inbox()
    let failures = 2
    const consumer = await start(
      script,
      (m) => {
        if (failures-- > 0) throw new Error('not yet')
        inbox.listener(m)
      },
      client
    )
    await inbox.reaches(stored.length)
    expect(inbox.messages.map((m) => m.queueOffset)).toEqual(stored.map((m) => m.queueOffset))
    const sentBack = broker.requests.filter((r) => r.code === RequestCode.CONSUMER_SEND_MSG_BACK)
    expect(sentBack).toHaveLength(2)
    const recorded = official('CONSUMER_SEND_MSG_BACK.java498.json.request')
    expect(Object.keys(sentBack[0]!.extFields).sort()).toEqual(
      Object.keys(recorded.extFields).sort()
    )
    await consumer.stop()
  })

  test('sends back what its listener refuses, and goes on', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address])
    const script = {
      ...consumerScript(client.clientId, pullOnce()),
      [RequestCode.CONSUMER_SEND_MSG_BACK]: () => success()
    }
    const broker = await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const inbox = new Inbox()
    const consumer = new DefaultMQPushConsumer({
      client,
      group: 'CG_push',
      subscription: [['TopicA', '*']],
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      listener: (m) => {
        inbox.listener(m)
        return 'RECONSUME_LATER'
      }
    })
    await consumer.start()
    await inbox.reaches(stored.length)
    await consumer.stop()
    const offsets = broker.requests
      .filter((r) => r.code === RequestCode.CONSUMER_SEND_MSG_BACK)
      .map((r) => Number(r.extFields.offset))
    expect(offsets).toEqual(stored.map((m) => m.physicalOffset))
  })

  test('stores its offset when it stops, and leaves the group', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address])
    const script = consumerScript(client.clientId, pullOnce())
    const broker = await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const inbox = new Inbox()
    const consumer = await start(script, inbox.listener, client)
    await inbox.reaches(stored.length)
    await consumer.stop()
    const last = broker.requests.slice(-2)
    expect(last.map((r) => r.code)).toEqual([
      RequestCode.UPDATE_CONSUMER_OFFSET,
      RequestCode.UNREGISTER_CLIENT
    ])
    expect(Number(last[0]?.extFields.commitOffset)).toBeGreaterThanOrEqual(
      stored.at(-1)!.queueOffset + 1
    )
    expect(last[1]?.extFields).toEqual({ clientID: client.clientId, consumerGroup: 'CG_push' })
  })

  test('goes on where the broker says when its offset is not there', async () => {
    const namesrv = await nameserver()
    const client = clientOf([namesrv.address])
    const asked: string[] = []
    let onSecond: () => void = () => undefined
    const second = new Promise<void>((resolve) => (onSecond = resolve))
    const script = consumerScript(client.clientId, ({ extFields }) => {
      asked.push(extFields.queueOffset!)
      if (asked.length === 2) onSecond()
      if (asked.length > 1) return new Promise<Reply>(() => undefined)
      return {
        code: ResponseCode.PULL_OFFSET_MOVED,
        extFields: {
          suggestWhichBrokerId: '0',
          nextBeginOffset: '40',
          minOffset: '40',
          maxOffset: '50'
        }
      }
    })
    await scriptedBroker(namesrv, 'a', script, { TopicA: 1 })
    const consumer = await start(script, () => undefined, client)
    await second
    expect(asked).toEqual(['0', '40'])
    await consumer.stop()
  })
})
