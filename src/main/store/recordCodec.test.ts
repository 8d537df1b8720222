import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { hostAddress } from '../protocol/message/host'
import { encodeMessage, layoutOf, type MessageInner } from '../protocol/message/messageCodec'
import { MessageSysFlag } from '../protocol/message/sysFlag'
import {
  CONTINUED_SEAL,
  sealAt,
  isDispatched,
  isRecord,
  peekSize,
  queueIdAt,
  queueOffsetAt,
  sealRecord,
  storeTimestampAt,
  tagsCodeAt,
  topicAt,
  TRAILER_BYTES
} from './recordCodec'
import { message } from './storeRig'

/** The example of the protocol reference: queue 3, offset 5, at 1000, `hello` to `T` with two properties. */
const wire = Buffer.from(
  '0000006fdaa320a73610a68600000003000000000000000000000005' +
    '00000000000003e8000000000000018bcfe568000a0000010000c350' +
    '0000018bcfe568010a00000200002a9f000000000000000000000000' +
    '0000000568656c6c6f0154000e544147530141024b455953016b31',
  'hex'
)

const record = (given: MessageInner, tagsCode = given.tagsCode, at = 0): Buffer => {
  const layout = layoutOf(given)
  const target = Buffer.alloc(at + layout.totalSize + TRAILER_BYTES)
  const place = { queueOffset: 5, physicalOffset: 1_000, storeTimestamp: 1_700_000_000_001 }
  const end = encodeMessage(given, layout, place, target, at)
  sealRecord(target, at, end, tagsCode)
  return target
}

const example = message('T', 'hello', {
  queueId: 3,
  bornHost: hostAddress('10.0.0.1', 50_000),
  storeHost: hostAddress('10.0.0.2', 10_911),
  properties: 'TAGS\u0001A\u0002KEYS\u0001k1',
  tagsCode: 65
})

describe('a record', () => {
  test("is the message in RocketMQ's layout, tag code and CRC-32 behind it", () => {
    const bytes = record(example)
    expect(bytes.subarray(0, wire.length).toString('hex')).toBe(wire.toString('hex'))
    expect(bytes.subarray(wire.length, -4).toString('hex')).toBe('0000000000000041')
    expect(bytes.readUInt32BE(bytes.length - 4)).toBe(crc32(bytes.subarray(0, -4)))
  })

  test.each([
    ['both addresses IPv4', {}],
    ['born at an IPv6 address', { bornHost: hostAddress('fd00::1', 1) }],
    ['stored at an IPv6 address', { storeHost: hostAddress('fd00::2', 2) }],
    ['a topic of more than 127 bytes', { topic: '主题'.repeat(30) }],
    ['no body and no properties', { body: Buffer.alloc(0), properties: '' }]
  ])('with %s tells its fields without being decoded', (_name, changes) => {
    const given = { ...example, ...changes }
    for (const at of [0, 7]) {
      const bytes = record(given, -5_000_000_000, at)
      const size = bytes.length - TRAILER_BYTES - at
      expect(peekSize(bytes, at, 1_000)).toBe(size)
      expect(isRecord(bytes, at, size, 1_000)).toBe(true)
      expect([queueIdAt(bytes, at), queueOffsetAt(bytes, at)]).toEqual([3, 5])
      expect(storeTimestampAt(bytes, at)).toBe(1_700_000_000_001)
      expect(topicAt(bytes, at)).toBe(given.topic)
      expect(tagsCodeAt(bytes, at, size)).toBe(-5_000_000_000)
    }
  })

  test('at any other place is none', () => {
    const bytes = record(example)
    expect(peekSize(bytes, 0, 1_001)).toBe(0)
    expect(isRecord(bytes, 0, wire.length, 999)).toBe(false)
  })

  test('with any single bit flipped is none', () => {
    const bytes = record(example)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7))
      expect(isRecord(damaged, 0, wire.length, 1_000)).toBe(false)
      if (bit >= 288) expect(sealAt(damaged, 0, wire.length)).toBeUndefined()
    }
  })
})

describe('the seal of a record that its batch goes on behind', () => {
  const sealed = (isContinued: boolean): Buffer => {
    const bytes = record(example)
    sealRecord(bytes, 0, wire.length, 65, isContinued)
    return bytes
  }

  test('is its CRC xor a constant; both are sound', () => {
    const [alone, continued] = [sealed(false), sealed(true)]
    expect(continued.subarray(0, -4)).toEqual(alone.subarray(0, -4))
    expect(continued.readUInt32BE(continued.length - 4)).toBe(
      (crc32(continued.subarray(0, -4)) ^ 0xb47c4ed5) >>> 0
    )
    expect([alone, continued].map((bytes) => sealAt(bytes, 0, wire.length))).toEqual([
      'last',
      'continued'
    ])
    expect(isRecord(continued, 0, wire.length, 1_000)).toBe(true)
  })

  test('is not reached from the other by damage of one byte, whatever the size', () => {
    // What a wrong byte does to the CRC, so many bytes before the end; undone byte by byte from the constant.
    const effects = Uint32Array.from({ length: 256 }, (_, byte) => {
      const one = Buffer.from([byte])
      return (crc32(one) ^ crc32(Buffer.from([0]))) >>> 0
    })
    const byteOfTop = new Uint8Array(256)
    effects.forEach((effect, byte) => (byteOfTop[effect >>> 24] = byte))
    const maxBytes = 64 * 1024 * 1024
    let state = CONTINUED_SEAL
    let reached = -1
    for (let distance = 0; distance < maxBytes && reached < 0; distance++) {
      const byte = byteOfTop[state >>> 24]!
      state = (((state ^ effects[byte]!) << 8) | byte) >>> 0
      if (state < 256) reached = distance
    }
    expect(reached).toBe(-1)
    const inTheSealItself = [0, 8, 16, 24].filter((at) => (CONTINUED_SEAL & ~(0xff << at)) === 0)
    expect(inTheSealItself).toEqual([])
  })
})

test('only prepared and rolled back messages stay out of the queues', () => {
  const types = [
    MessageSysFlag.TRANSACTION_NOT_TYPE,
    MessageSysFlag.TRANSACTION_PREPARED_TYPE,
    MessageSysFlag.TRANSACTION_COMMIT_TYPE,
    MessageSysFlag.TRANSACTION_ROLLBACK_TYPE
  ]
  expect(types.map((type) => isDispatched(type | MessageSysFlag.COMPRESSED_FLAG))).toEqual([
    true,
    false,
    true,
    false
  ])
})
