import { expect, test } from 'vitest'
import { MAX_BODY_BYTES } from '../../client/message'
import { readProxyConfig } from '../proxyConfig'
import { Code } from '../v2/code'
import { MessageType } from '../v2/enums'
import type { Message, SystemProperties } from '../v2/messages'
import { timestamp } from '../message/times'
import { checkMessage } from './checkMessage'
import { message } from './producerRig'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000
const limits = readProxyConfig({ maxMessageSize: '100' })

const properties = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, 'v']))
const system = (given: SystemProperties): Message => message(given)
const user = (userProperties: Record<string, string>): Message => message({}, { userProperties })
const recovery = (ms: number): Message =>
  system({
    messageType: MessageType.TRANSACTION,
    orphanedTransactionRecoveryDuration: timestamp(ms)
  })
const due = (inMs: number): Message => system({ deliveryTimestamp: timestamp(NOW + inMs) })

test.each<[string, Code, Message]>([
  ['no body', Code.MESSAGE_BODY_EMPTY, message({}, { body: Buffer.alloc(0) })],
  ['a body too large', Code.MESSAGE_BODY_TOO_LARGE, message({}, { body: Buffer.alloc(101) })],
  ['too many properties', Code.MESSAGE_PROPERTIES_TOO_LARGE, user(properties(129))],
  ['a reserved name', Code.ILLEGAL_MESSAGE_PROPERTY_KEY, user({ UNIQ_KEY: 'x' })],
  ['a name of broken lines', Code.ILLEGAL_MESSAGE_PROPERTY_KEY, user({ 'a\nb': 'x' })],
  ['a value with a separator', Code.ILLEGAL_MESSAGE_PROPERTY_KEY, user({ a: 'x\u0002' })],
  ['a value with a C1 control', Code.ILLEGAL_MESSAGE_PROPERTY_KEY, user({ a: 'x\u0085' })],
  ['a blank tag', Code.ILLEGAL_MESSAGE_TAG, system({ tag: ' ' })],
  ['a tag with a |', Code.ILLEGAL_MESSAGE_TAG, system({ tag: 'a|b' })],
  ['a tag with a tab', Code.ILLEGAL_MESSAGE_TAG, system({ tag: 'a\tb' })],
  ['a blank key', Code.ILLEGAL_MESSAGE_KEY, system({ keys: ['a', ' '] })],
  ['a key with a control', Code.ILLEGAL_MESSAGE_KEY, system({ keys: ['a\u007f'] })],
  ['properties too large', Code.MESSAGE_PROPERTIES_TOO_LARGE, user({ a: 'x'.repeat(16_384) })],
  ['keys too large', Code.MESSAGE_PROPERTIES_TOO_LARGE, system({ keys: ['消'.repeat(5462)] })],
  ['no id', Code.ILLEGAL_MESSAGE_ID, system({ messageId: '' })],
  ['a blank id', Code.ILLEGAL_MESSAGE_ID, system({ messageId: '  ' })],
  ['an id with a separator', Code.ILLEGAL_MESSAGE_ID, system({ messageId: 'a\u0001b' })],
  ['a trace with a separator', Code.ILLEGAL_MESSAGE_PROPERTY_KEY, system({ traceContext: '\u0001' })],
  ['a check too late', Code.BAD_REQUEST, recovery(HOUR + 1000)],
  ['due too late', Code.ILLEGAL_DELIVERY_TIME, due(24 * HOUR + 1)],
  ['a blank group', Code.ILLEGAL_MESSAGE_GROUP, system({ messageGroup: ' ' })],
  ['a group too long', Code.ILLEGAL_MESSAGE_GROUP, system({ messageGroup: 'x'.repeat(64) })],
  ['a group with a control', Code.ILLEGAL_MESSAGE_GROUP, system({ messageGroup: 'a\u0000' })]
])('%s is refused', (_name, code, wrong) => {
  expect(() => checkMessage(wrong, limits, NOW)).toThrow(expect.objectContaining({ code }))
}) // prettier-ignore

test.each<[string, Message]>([
  ['a body of the limit', message({}, { body: Buffer.alloc(100) })],
  ['as many properties', user(properties(128))],
  ['as many bytes', user({ a: 'x'.repeat(16_383) })],
  ['as late a check', recovery(HOUR + 999)],
  ['a recovery that nobody asked for', system({ orphanedTransactionRecoveryDuration: timestamp(9 * HOUR) })],
  ['as late a delivery', due(24 * HOUR)],
  ['a delivery long ago', due(-24 * HOUR)],
  ['a group just short enough', system({ messageGroup: 'x'.repeat(63) })],
  ['empty texts', system({ tag: '', keys: [''], messageGroup: '', traceContext: '' })]
])('%s is taken', (_name, right) => {
  expect(() => checkMessage(right, limits, NOW)).not.toThrow()
}) // prettier-ignore

test('with limits of 0 everything is small enough that a frame can take', () => {
  const none = readProxyConfig({ enableMessageBodyEmptyCheck: 'false', maxMessageSize: '0', userPropertyMaxNum: '0', maxUserPropertySize: '0', maxMessageGroupSize: '0', maxDelayTimeMills: '0', maxTransactionRecoverySecond: '0' }) // prettier-ignore
  const group = { messageGroup: 'x'.repeat(99) }
  for (const large of [
    message({}, { body: Buffer.alloc(0) }),
    message({}, { body: Buffer.alloc(5_000_000) }),
    user(properties(500)),
    user({ a: 'x'.repeat(20_000) }),
    recovery(9 * HOUR),
    due(999 * HOUR),
    system(group)
  ])
    // prettier-ignore
    expect(() => checkMessage(large, none, NOW)).not.toThrow()
  // No frame could take it, and its connection would break for all.
  const beyond = message({}, { body: Buffer.alloc(MAX_BODY_BYTES + 1) })
  expect(() => checkMessage(beyond, none, NOW)).toThrow(expect.objectContaining({ code: Code.MESSAGE_BODY_TOO_LARGE })) // prettier-ignore
})

test('of several faults the first in RocketMQ’s order is told', () => {
  const all: Message = {
    body: Buffer.alloc(101),
    userProperties: { UNIQ_KEY: 'x' },
    systemProperties: { tag: ' ', messageId: '' }
  }
  const codeOf = (wrong: Message): unknown => {
    try {
      checkMessage(wrong, limits, NOW)
      return undefined
    } catch (error) {
      return (error as { code?: number }).code
    }
  }
  expect(codeOf(all)).toBe(Code.MESSAGE_BODY_TOO_LARGE)
  const small = { ...all, body: Buffer.from('x') }
  expect(codeOf(small)).toBe(Code.ILLEGAL_MESSAGE_PROPERTY_KEY)
  expect(codeOf({ ...small, userProperties: {} })).toBe(Code.ILLEGAL_MESSAGE_TAG)
})
