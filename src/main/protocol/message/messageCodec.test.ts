import { describe, expect, test } from 'vitest'
import { loadFrames, loadMessages } from '../../../../tests/fixtures/load'
import { decodeFrame } from '../frame'
import { decodeBatch, encodeBatch } from './batchCodec'
import { hostAddress } from './host'
import {
  bodyCrc32,
  decodeMessage,
  decodeMessages,
  encodeMessage,
  layoutOf,
  MESSAGE_MAGIC_V2,
  type MessageInner,
  type StoredMessage
} from './messageCodec'

/** The record of remoting.md 5.1, made by the real Java classes. */
const DOCUMENTED = Buffer.from(
  '0000006fdaa320a73610a686000000030000000000000000000000050000000000' +
    '0003e8000000000000018bcfe568000a0000010000c3500000018bcfe568010a000002' +
    '00002a9f0000000000000000000000000000000568656c6c6f0154000e' +
    '544147530141024b455953016b31',
  'hex'
)

const inner = (over: Partial<MessageInner> = {}): MessageInner => ({
  topic: 'T',
  queueId: 3,
  flag: 0,
  sysFlag: 0,
  bornTimestamp: 1_700_000_000_000,
  bornHost: hostAddress('10.0.0.1', 50_000),
  storeHost: hostAddress('10.0.0.2', 10_911),
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from('hello'),
  properties: 'TAGS\u0001A\u0002KEYS\u0001k1',
  tagsCode: 0,
  ...over
})

const place = { queueOffset: 5, physicalOffset: 1000, storeTimestamp: 1_700_000_000_001 }

const encode = (message: MessageInner, at = place): Buffer => {
  const layout = layoutOf(message)
  const out = Buffer.alloc(layout.totalSize)
  expect(encodeMessage(message, layout, at, out, 0)).toBe(out.length)
  return out
}

const asInner = (message: StoredMessage): MessageInner => ({ ...message, tagsCode: 0 })

describe('a stored message', () => {
  test('is byte for byte what Java writes', () => {
    expect(encode(inner()).toString('hex')).toBe(DOCUMENTED.toString('hex'))
  })

  test.each(loadMessages().map(({ name, bytes }) => [name, bytes] as [string, Buffer]))(
    '%s, stored by the official broker, decodes and encodes to the same bytes',
    (_name, bytes) => {
      const message = decodeMessage(bytes)
      expect(message.storeSize).toBe(bytes.length)
      expect(message.bodyCRC).toBe(bodyCrc32(message.body))
      expect(encode(asInner(message), message).equals(bytes)).toBe(true)
    }
  )

  test('bodies of captured pulls are walked to their end', () => {
    const found = loadFrames().filter(
      (f) =>
        f.code === 'PULL_MESSAGE' && f.direction === 'response' && f.variant.startsWith('found')
    )
    expect(found.length).toBeGreaterThan(0)
    for (const frame of found) {
      const body = decodeFrame(frame.bytes.subarray(4)).body!
      const messages = decodeMessages(body)
      expect(messages.reduce((sum, m) => sum + m.storeSize, 0)).toBe(body.length)
    }
  })

  test('IPv6 hosts and topics over 127 bytes are told by flag and magic', () => {
    const message = inner({
      topic: `%RETRY%${'g'.repeat(150)}`,
      bornHost: hostAddress('fd00::2', 1),
      storeHost: hostAddress('::1', 2)
    })
    const bytes = encode(message)
    expect(bytes.readInt32BE(4)).toBe(MESSAGE_MAGIC_V2)
    const again = decodeMessage(bytes)
    expect(again.topic).toBe(message.topic)
    expect(again.sysFlag).toBe(0x30)
    expect(again.bornHost.ip.toString('hex')).toBe('fd000000000000000000000000000002')
    expect(again.storeHost.port).toBe(2)
  })

  test.each([
    ['a wrong magic', (b: Buffer) => b.writeInt32BE(1, 4)],
    ['a size beyond the bytes', (b: Buffer) => b.writeInt32BE(b.length + 1, 0)],
    ['a size too small', (b: Buffer) => b.writeInt32BE(10, 0)],
    ['a body longer than the record', (b: Buffer) => b.writeInt32BE(1000, 84)],
    ['a negative body length', (b: Buffer) => b.writeInt32BE(-1, 84)]
  ])('%s is no message', (_what, damage) => {
    const bytes = Buffer.from(DOCUMENTED)
    damage(bytes)
    expect(() => decodeMessage(bytes)).toThrow(RangeError)
  })
})

describe('a batch', () => {
  test('captured from an official producer decodes to its messages', () => {
    const batches = loadFrames().filter(
      (f) => f.code === 'SEND_BATCH_MESSAGE' && f.direction === 'request'
    )
    expect(batches.length).toBeGreaterThan(0)
    for (const frame of batches) {
      const body = decodeFrame(frame.bytes.subarray(4)).body!
      const items = decodeBatch(body)
      expect(items.length).toBeGreaterThan(1)
      for (const item of items) expect(item.properties).toContain('UNIQ_KEY\u0001')
      expect(encodeBatch(items).length).toBe(body.length)
    }
  })

  test('torn anywhere is refused', () => {
    const whole = encodeBatch([{ flag: 1, body: Buffer.from('abc'), properties: 'a\u0001b\u0002' }])
    for (let end = 1; end < whole.length; end++)
      expect(() => decodeBatch(whole.subarray(0, end))).toThrow(RangeError)
  })
})
