import { expect, test } from 'vitest'
import { codec } from './codec'
import type { Message } from './messages'
import { unaryCodecs } from './methods'

const messages = codec<Message>('Message')

test('what was written is read again, and what is absent is null', () => {
  const message: Message = {
    topic: { name: 'T' },
    userProperties: { k: '值' },
    systemProperties: { keys: ['a', 'b'], messageId: 'id', queueOffset: 2 ** 40 },
    body: Buffer.from([0, 255])
  }
  const read = messages.decode(messages.encode(message))
  expect(read).toMatchObject(message)
  expect(read.systemProperties).toMatchObject({ tag: null, bodyDigest: null, messageType: 0 })
})

test('fields of later versions are left out, unknown numbers of enums pass', () => {
  // Field 21 of SystemProperties (lite_topic) and message type 6.
  const bytes = Buffer.from([0x1a, 7, 0x30, 6, 0xaa, 0x01, 2, 0x61, 0x62])
  expect(messages.decode(bytes).systemProperties).toMatchObject({ messageType: 6 })
})

test('a property named __proto__ spoils nothing', () => {
  const entry = Buffer.concat([
    Buffer.from([0x0a, 9]),
    Buffer.from('__proto__'),
    Buffer.from([0x12, 1, 0x78])
  ])
  const read = messages.decode(Buffer.concat([Buffer.from([0x12, entry.length]), entry]))
  expect(Object.keys(read.userProperties ?? {})).not.toContain('toString')
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})

test('bytes that are no message are refused', () => {
  expect(() => messages.decode(Buffer.from([0x22, 0x7f, 1]))).toThrow()
})

test('negative numbers are what they were', () => {
  const { request } = unaryCodecs.QueryAssignment
  const bytes = unaryCodecs.QueryAssignment.response.encode({
    status: { code: 20000 },
    assignments: [{ messageQueue: { id: -1 } }]
  })
  const { assignments } = unaryCodecs.QueryAssignment.response.decode(bytes)
  expect(assignments?.[0]?.messageQueue?.id).toBe(-1)
  expect(request.decode(Buffer.alloc(0))).toMatchObject({ topic: null, group: null })
})
