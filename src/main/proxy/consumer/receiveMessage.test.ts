import { expect, test } from 'vitest'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { Code } from '../v2/code'
import { FilterType } from '../v2/enums'
import { CLIENT, ConsumerRig, Received, settle, TestCall } from './consumerRig'

const { POP_MESSAGE, ACK_MESSAGE, NOTIFICATION, CONSUMER_SEND_MSG_BACK } = RequestCode
const CHANGE = RequestCode.CHANGE_MESSAGE_INVISIBLETIME

test('status first, messages in their order, the time last', async () => {
  const rig = new ConsumerRig()
  rig.broker.put([{ body: 'a' }, { body: 'b', offset: 1 }])
  const { parts } = await rig.receive()
  expect(parts[0]).toEqual({ status: { code: Code.OK, message: 'OK' } })
  expect(parts.slice(1, 3).map(({ message }) => String(message?.body))).toEqual(['a', 'b'])
  expect(parts[3]).toEqual({ deliveryTimestamp: { seconds: 1_700_000_000, nanos: 0 } })
  expect(parts).toHaveLength(4)
})

test('a pop asks for what the client asked for, of every queue', async () => {
  const rig = new ConsumerRig()
  rig.broker.put([{}])
  await rig.receive({
    batchSize: 100,
    filterExpression: { type: FilterType.TAG, expression: 'a||b' }
  })
  expect(rig.broker.of(POP_MESSAGE)).toMatchObject([
    {
      ...{
        consumerGroup: 'G',
        topic: 'T',
        queueId: '-1',
        maxMsgNums: '32',
        invisibleTime: '30000'
      },
      ...{ pollTime: '0', initMode: '0', expType: 'TAG', exp: 'a||b', order: 'false' }
    }
  ])
})

test.each([
  ['normal, whatever queue it names', false, 2, '-1'],
  ['ordered, the queue it was assigned', true, 2, '2'],
  ['ordered, all of a broker', true, -1, '-1']
])('a push consumer of a group that is %s', async (_name, fifo, id, queueId) => {
  const rig = new ConsumerRig(['broker-a', 'broker-b'])
  rig.connect({ subscription: { fifo }, backoffPolicy: { maxAttempts: 17 } })
  await rig.push({
    ...{ attemptId: 'try-1', longPollingTimeout: {} },
    messageQueue: { topic: { name: 'T' }, id, broker: { name: 'broker-b' } }
  })
  expect(rig.broker.of(POP_MESSAGE)).toEqual([])
  expect(rig.brokers[1]!.of(POP_MESSAGE)).toMatchObject([
    { queueId, order: String(fifo), invisibleTime: '60000', attemptId: 'try-1' }
  ])
})

test('a poll without messages waits, having popped nothing, and is told so in the end', async () => {
  const rig = new ConsumerRig()
  const received = await rig.receive()
  expect(rig.broker.asked.map(({ code }) => code)).toEqual([POP_MESSAGE, NOTIFICATION])
  await rig.advance(4999)
  expect(received.parts).toEqual([])
  await rig.advance(1)
  expect(received.code).toBe(Code.MESSAGE_NOT_FOUND)
  expect(received.parts[1]).toHaveProperty('deliveryTimestamp')
})

test('who waits is called when something comes, at whichever broker', async () => {
  const rig = new ConsumerRig(['broker-a', 'broker-b'])
  const received = await rig.receive()
  rig.brokers[1]!.put([{ body: 'late' }])
  await settle()
  expect(received.messages.map(({ body }) => String(body))).toEqual(['late'])
})

test('polls of one group share their question, and one of them is called for one message', async () => {
  const rig = new ConsumerRig()
  const polls = [await rig.receive(), await rig.receive(), await rig.receive()]
  expect(rig.broker.of(NOTIFICATION)).toHaveLength(1)
  rig.broker.put([{}])
  await settle()
  expect(polls.map(({ messages }) => messages.length)).toEqual([1, 0, 0])
  rig.broker.put([{ offset: 1 }])
  await settle()
  expect(polls.map(({ messages }) => messages.length)).toEqual([1, 1, 0])
})

test('brokers take turns to be looked at first', async () => {
  const rig = new ConsumerRig(['broker-a', 'broker-b'])
  const first: string[] = []
  for (let i = 0; i < 4; i++) {
    for (const broker of rig.brokers) broker.put([{ offset: i }])
    const { messages } = await rig.receive()
    expect(messages).toHaveLength(1)
    first.push(rig.brokers.find((broker) => broker.of(POP_MESSAGE).length > first.filter((name) => name === broker.name).length)!.name) // prettier-ignore
  }
  expect(first).toEqual(['broker-a', 'broker-b', 'broker-a', 'broker-b'])
})

test.each([
  ['a caller that gives up', (_rig: ConsumerRig, call: TestCall) => call.cancel()],
  ['a client that says goodbye', (rig: ConsumerRig) => rig.leave(rig.sessions.get(CLIENT)!)]
])('%s while it waits holds nothing', async (_name, go) => {
  const rig = new ConsumerRig()
  rig.connect()
  const call = new TestCall(CLIENT)
  const received = await rig.receive({}, call)
  go(rig, call)
  await received.done
  expect(received.code).toBe(Code.MESSAGE_NOT_FOUND)
  rig.broker.put([{}])
  await settle()
  expect(rig.broker.of(POP_MESSAGE)).toHaveLength(1)
  const next = await rig.receive()
  expect(next.messages).toHaveLength(1)
})

test.each([0, 1, 2, 3])(
  'popped for a caller who took %i parts: back after a second',
  async (takes) => {
    const rig = new ConsumerRig()
    rig.connect()
    rig.broker.put([{}, { offset: 1 }])
    const gone = new Received()
    gone.takes = takes
    const received = await rig.receive({ autoRenew: true }, new TestCall(CLIENT), gone)
    await received.done
    expect(rig.broker.of(CHANGE)).toMatchObject([
      { offset: '0', invisibleTime: '1000' },
      { offset: '1', invisibleTime: '1000' }
    ])
    for (const handle of received.handles) expect((await rig.ack(handle)).code).toBe(Code.INVALID_RECEIPT_HANDLE) // prettier-ignore
  }
)

test('a poll lasts no longer than its caller waits', async () => {
  const rig = new ConsumerRig()
  const call = new TestCall(CLIENT, rig.clock.monotonic() + 2000)
  const received = await rig.receive({ longPollingTimeout: { seconds: 40 } }, call)
  await rig.advance(1899)
  expect(received.parts).toEqual([])
  await rig.advance(1)
  expect(received.code).toBe(Code.MESSAGE_NOT_FOUND)
})

test('a poll lasts twenty seconds at most', async () => {
  const rig = new ConsumerRig()
  const received = await rig.receive({ longPollingTimeout: { seconds: 40 } })
  await rig.advance(19_999)
  expect(received.parts).toEqual([])
  await rig.advance(1)
  expect(received.code).toBe(Code.MESSAGE_NOT_FOUND)
})

test('a message that was delivered as often as the group allows is dead, and not delivered', async () => {
  const rig = new ConsumerRig()
  rig.groupConfig = { ...rig.groupConfig, retryMaxTimes: 2 }
  rig.broker.put([
    { reconsumeTimes: 3, offset: 5 },
    { reconsumeTimes: 2, offset: 6 }
  ])
  const { messages } = await rig.receive()
  expect(messages.map(({ systemProperties }) => systemProperties?.deliveryAttempt)).toEqual([3])
  expect(rig.broker.of(CONSUMER_SEND_MSG_BACK)).toMatchObject([
    { offset: '1005', group: 'G', delayLevel: '-1', originMsgId: 'id-5' }
  ])
  expect(rig.broker.of(ACK_MESSAGE)).toMatchObject([{ offset: '5' }])
})

test('the client goes by the attempts it was told', async () => {
  const rig = new ConsumerRig()
  rig.connect({ subscription: { fifo: false }, backoffPolicy: { maxAttempts: 1 } })
  rig.broker.put([{ reconsumeTimes: 1 }])
  await rig.receive()
  expect(rig.broker.of(CONSUMER_SEND_MSG_BACK)).toHaveLength(1)
})

test('a tag with the same hash code is not wanted: it is acknowledged, and the poll goes on', async () => {
  const rig = new ConsumerRig()
  // "Aa" and "BB" have one hash code in Java.
  rig.broker.put([{ properties: { TAGS: 'BB' } }])
  const received = await rig.receive({
    filterExpression: { type: FilterType.TAG, expression: 'Aa' }
  })
  expect(rig.broker.of(ACK_MESSAGE)).toHaveLength(1)
  expect(received.parts).toEqual([])
  rig.broker.put([{ properties: { TAGS: 'Aa' } }])
  await settle()
  expect(received.messages).toHaveLength(1)
})

test('through a retry topic: the topic consumed, the attempt, and a handle that knows where it lies', async () => {
  const rig = new ConsumerRig()
  const popTime = rig.clock.now()
  const receipt = `7 ${popTime} 30000 0 1 broker-a 0 7`
  rig.broker.put([{ offset: 7, reconsumeTimes: 1, properties: { POP_CK: receipt } }])
  const { messages, handles } = await rig.receive()
  expect(messages[0]).toMatchObject({
    topic: { name: 'T' },
    systemProperties: { deliveryAttempt: 2 }
  })
  await rig.ack(handles[0]!)
  expect(rig.broker.of(ACK_MESSAGE)).toMatchObject([
    { topic: '%RETRY%G_T', queueId: '0', offset: '7', extraInfo: receipt }
  ])
})

test('a property that only looks like a receipt is none', async () => {
  const rig = new ConsumerRig()
  rig.broker.put([{ offset: 3, queueId: 2, properties: { POP_CK: '0 1 2 0 1 other 0 9' } }])
  const { handles } = await rig.receive()
  await rig.ack(handles[0]!)
  expect(rig.broker.of(ACK_MESSAGE)).toMatchObject([{ topic: 'T', queueId: '2', offset: '3' }])
})

test('in order, the broker counts deliveries of a message, or of its queue', async () => {
  const rig = new ConsumerRig()
  rig.groupConfig = { ...rig.groupConfig, consumeMessageOrderly: true }
  const drafts = [{ offset: 4 }, { offset: 5 }, { offset: 6, queueId: 1 }]
  rig.broker.put(drafts, { orderCountInfo: '0 qo0%4 2;0 0 1;0 1 0' })
  const { messages } = await rig.receive()
  expect(messages.map(({ systemProperties }) => systemProperties?.deliveryAttempt)).toEqual([
    3, 2, 1
  ])
})

test.each([
  ['no topic', { messageQueue: { topic: { name: '' } } }, Code.ILLEGAL_TOPIC],
  ['no group', { group: { name: ' ' } }, Code.ILLEGAL_CONSUMER_GROUP],
  ['a time too short', { invisibleDuration: { seconds: 9 } }, Code.ILLEGAL_INVISIBLE_TIME],
  ['a time too long', { invisibleDuration: { seconds: 43_201 } }, Code.ILLEGAL_INVISIBLE_TIME],
  ['tags that are none', { filterExpression: { type: 1, expression: '||' } }, Code.ILLEGAL_FILTER_EXPRESSION] // prettier-ignore
])('%s is refused before any broker is asked', async (_name, more, code) => {
  const rig = new ConsumerRig()
  const { done } = await rig.receive(more)
  await expect(done).rejects.toMatchObject({ code })
  expect(rig.broker.asked).toEqual([])
})

test('what a broker refuses the client hears at once', async () => {
  const rig = new ConsumerRig()
  rig.broker.refuse = () => ({ code: ResponseCode.SUBSCRIPTION_PARSE_FAILED, remark: 'no SQL' })
  const { done } = await rig.receive()
  await expect(done).rejects.toMatchObject({ code: ResponseCode.SUBSCRIPTION_PARSE_FAILED })
})

test('a broker that cannot be reached may be back before the time is over', async () => {
  const rig = new ConsumerRig()
  rig.broker.isDown = true
  const received = await rig.receive()
  await rig.advance(1000)
  expect(received.parts).toEqual([])
  expect(rig.refreshed).toBeGreaterThan(0)
  rig.broker.isDown = false
  rig.broker.put([{}])
  await rig.advance(1000)
  expect(received.messages).toHaveLength(1)
})

test('when none can be reached to the end, the client hears it', async () => {
  const rig = new ConsumerRig()
  rig.broker.isDown = true
  const received = await rig.receive()
  for (let i = 0; i < 11; i++) await rig.advance(500)
  await expect(received.done).rejects.toThrow('cannot reach broker-a')
})

test('a broker that does not know the question is looked at now and then', async () => {
  const rig = new ConsumerRig()
  rig.broker.refuse = ({ code }) => code === NOTIFICATION ? { code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED, remark: 'no' } : undefined // prettier-ignore
  const received = await rig.receive()
  rig.broker.put([{}])
  await rig.advance(500)
  expect(received.messages).toHaveLength(1)
})

test('a broker that speaks of messages and has none is asked less and less', async () => {
  const rig = new ConsumerRig()
  const received = await rig.receive()
  const pops = () => rig.broker.of(POP_MESSAGE).length
  // Each question is answered with yes, and each pop finds nothing.
  const { broker } = rig
  broker.handle = ((handle) => (request) =>
    request.code === NOTIFICATION
      ? Promise.resolve({
          ...{ code: 0, language: 'JAVA', version: 1, opaque: 1, flag: 1, serializeType: 'JSON' },
          extFields: { hasMsg: 'true', pollingFull: 'false' }
        })
      : handle.call(broker, request))(broker.handle.bind(broker))
  broker.call()
  for (let ms = 0; ms < 4000; ms += 20) await rig.advance(20)
  expect(pops()).toBeLessThan(60)
  expect(received.parts).toEqual([])
})
