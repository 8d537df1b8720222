import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadMessages } from '../../../tests/fixtures/load'
import { decodeMessage } from '../protocol/message/messageCodec'
import { inflateBody, MAX_INFLATED_BYTES, toMessageExt } from './messageExt'

const recorded = (name: string) =>
  toMessageExt(decodeMessage(loadMessages().find((m) => m.name === name)!.bytes), 'broker-a')

test.each(['compressed.java498', 'compressed.java53x'])('%s is inflated', (name) => {
  const message = recorded(name)
  expect([message.compression, message.isInflated]).toEqual(['zlib', true])
  expect(message.body.length).toBeGreaterThan(4000)
  expect(message.body.toString('utf8')).not.toContain('\uFFFD')
})

test('a plain message has the ids and properties of its sender', () => {
  const message = recorded('plain.java53x')
  const properties = new Map(message.properties)
  expect(message.msgId).toBe(properties.get('UNIQ_KEY'))
  expect(message.offsetMsgId).toMatch(/^7F00000100002A9F[0-9A-F]{16}$/)
  expect(message.tags).toBe(properties.get('TAGS'))
  expect([message.compression, message.isInflated]).toEqual(['none', false])
})

test.each([
  ['damaged bytes', Buffer.from('no zlib'), 'zlib', 'DAMAGED'],
  ['what is no LZ4 frame', Buffer.from('whatever'), 'lz4', 'DAMAGED'],
  [
    'what inflates beyond the limit',
    deflateSync(Buffer.alloc(MAX_INFLATED_BYTES + 1)),
    'zlib',
    'TOO_LARGE'
  ]
] as const)(
  '%s stay as they are stored, with the reason',
  (_name, body, compression, inflateProblem) => {
    expect(inflateBody(body, compression)).toEqual({ body, isInflated: false, inflateProblem })
  }
)
