import { gzipSync, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { hostAddress } from '../../protocol/message/host'
import type { StoredMessage } from '../../protocol/message/messageCodec'
import { formatProperties } from '../../protocol/message/properties'
import { DigestType, Encoding, MessageType } from '../v2/enums'
import { toGrpcMessage } from './toGrpc'

const stored = (
  properties: Record<string, string> = {},
  more: Partial<StoredMessage> = {}
): StoredMessage => ({
  ...{ storeSize: 0, bodyCRC: 0, queueId: 3, flag: 0, queueOffset: 7, physicalOffset: 4096 },
  ...{ sysFlag: 0, bornTimestamp: 1_700_000_000_123, storeTimestamp: 1_700_000_000_456 },
  bornHost: hostAddress('10.0.0.9', 50123),
  storeHost: hostAddress('10.0.0.1', 10911),
  ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, topic: 'T' },
  body: Buffer.from('hello'),
  properties: formatProperties(Object.entries(properties)),
  ...more
})

const system = (...args: Parameters<typeof stored>) => toGrpcMessage(stored(...args)).systemProperties // prettier-ignore

test('a message of a gRPC producer comes back as it was sent, with where and when it was stored', () => {
  const message = toGrpcMessage(
    stored({
      ...{ KEYS: 'k1 k2', TAGS: 'a', UNIQ_KEY: '0102FC00', __BORNHOST: 'vm', PGROUP: 'T' },
      ...{ WAIT: 'true', POP_CK: '0 0', '1ST_POP_TIME': '5', color: 'red', TRACE_CONTEXT: '00-1' }
    }),
    { topic: 'T', receiptHandle: 'handle', invisibleMs: 15_500 }
  )
  expect(message).toEqual({
    topic: { name: 'T' },
    userProperties: { color: 'red', TRACE_CONTEXT: '00-1' },
    systemProperties: {
      ...{ tag: 'a', keys: ['k1', 'k2'], messageId: '0102FC00', traceContext: '00-1' },
      bodyDigest: { type: DigestType.MD5, checksum: '5D41402ABC4B2A76B9719D911017C592' },
      bodyEncoding: Encoding.IDENTITY,
      messageType: MessageType.NORMAL,
      bornTimestamp: { seconds: 1_700_000_000, nanos: 123_000_000 },
      bornHost: 'vm',
      storeTimestamp: { seconds: 1_700_000_000, nanos: 456_000_000 },
      storeHost: '10.0.0.1:10911',
      ...{ queueId: 3, queueOffset: 7, deliveryAttempt: 1, receiptHandle: 'handle' },
      invisibleDuration: { seconds: 15, nanos: 500_000_000 }
    },
    body: Buffer.from('hello')
  })
})

test('a message of a classic producer has its offset message id and its host', () => {
  expect(system()).toMatchObject({
    messageId: '0A00000100002A9F0000000000001000',
    bornHost: '10.0.0.9',
    keys: []
  })
})

test('one that came back through a retry topic shows the topic consumed, and counts', () => {
  const back = stored({}, { topic: '%RETRY%G_T', reconsumeTimes: 2 })
  const message = toGrpcMessage(back, { topic: 'T', receiptHandle: 'h', invisibleMs: 1 })
  expect(message.topic).toEqual({ name: 'T' })
  expect(message.systemProperties?.deliveryAttempt).toBe(3)
})

test.each([
  ['nothing', {}, MessageType.NORMAL],
  ['a sharding key', { __SHARDINGKEY: 'g' }, MessageType.FIFO],
  ['a delay level', { DELAY: '3' }, MessageType.DELAY],
  ['a delivery time', { TIMER_DELIVER_MS: '1700000009000' }, MessageType.DELAY],
  ['a delay in seconds', { TIMER_DELAY_SEC: '9', __SHARDINGKEY: 'g' }, MessageType.DELAY],
  ['a half message', { TRAN_MSG: 'true', DELAY: '3' }, MessageType.TRANSACTION],
  ['what is no half message', { TRAN_MSG: 'false' }, MessageType.NORMAL]
])('%s gives its type', (_name, properties, type) => {
  expect(system(properties)?.messageType).toBe(type)
})

test.each([
  [{ TIMER_DELIVER_MS: '1700000009001', TIMER_OUT_MS: '5' }, { seconds: 1_700_000_009, nanos: 1_000_000 }], // prettier-ignore
  [
    { TIMER_DELAY_SEC: '9', TIMER_OUT_MS: '1700000009000' },
    { seconds: 1_700_000_009, nanos: 0 }
  ],
  [{ TIMER_DELAY_SEC: '2' }, { seconds: 1_700_000_002, nanos: 123_000_000 }],
  [{ TIMER_DELAY_MS: '500' }, { seconds: 1_700_000_000, nanos: 623_000_000 }],
  [{ DELAY: '3' }, undefined],
  [{ TIMER_DELIVER_MS: 'soon' }, undefined]
])('%j is due at %j', (properties, due) => {
  expect(system(properties)?.deliveryTimestamp).toEqual(due)
})

test('message group, recovery time and origin of a dead letter are told', () => {
  const properties = {
    ...{ __SHARDINGKEY: 'order-1', CHECK_IMMUNITY_TIME_IN_SECONDS: '30' },
    ...{ DLQ_ORIGIN_TOPIC: 'T', DLQ_ORIGIN_MESSAGE_ID: '0102' }
  }
  expect(system(properties)).toMatchObject({
    messageGroup: 'order-1',
    orphanedTransactionRecoveryDuration: { seconds: 30, nanos: 0 },
    deadLetterQueue: { topic: 'T', messageId: '0102' }
  })
  expect(system({ DLQ_ORIGIN_TOPIC: 'T' })?.deadLetterQueue).toBeUndefined()
})

test.each([
  ['T', 'T'],
  ['%RETRY%G_T', 'T']
])('a dead letter that was sent back from %s tells its origin', (died, topic) => {
  const properties = formatProperties([
    ['RETRY_TOPIC', died],
    ['UNIQ_KEY', '0102']
  ])
  const origin = (of: string) => toGrpcMessage(stored({}, { properties, topic: of })).systemProperties?.deadLetterQueue // prettier-ignore
  expect(origin('%DLQ%G')).toEqual({ topic, messageId: '0102' })
  expect(origin('T')).toBeUndefined()
})

const text = Buffer.from('hello')
const HELLO_MD5 = '5D41402ABC4B2A76B9719D911017C592'

test('a body that a classic producer compressed is inflated, its digest is of what goes out', () => {
  const message = toGrpcMessage(stored({}, { sysFlag: 0x301, body: deflateSync(text) }))
  expect(message.body).toEqual(text)
  expect(message.systemProperties).toMatchObject({
    bodyEncoding: Encoding.IDENTITY,
    bodyDigest: { checksum: HELLO_MD5 }
  })
})

test('gzip stays gzip: clients open it', () => {
  const body = gzipSync(text)
  const message = toGrpcMessage(stored({}, { sysFlag: 0x1, body }))
  expect(message.body).toBe(body)
  expect(message.systemProperties?.bodyEncoding).toBe(Encoding.GZIP)
  expect(message.systemProperties?.bodyDigest?.checksum).not.toBe(HELLO_MD5)
})

test('a body that cannot be inflated goes out as stored, marked as compressed', () => {
  const message = toGrpcMessage(stored({}, { sysFlag: 0x1, body: text }))
  expect(message.body).toBe(text)
  expect(message.systemProperties?.bodyEncoding).toBe(Encoding.GZIP)
})

test('a user property named __proto__ is only a property', () => {
  const message = toGrpcMessage(stored({ ['__proto__']: 'x' }))
  expect(Object.entries(message.userProperties ?? {})).toEqual([['__proto__', 'x']])
})
