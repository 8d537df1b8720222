/** The small parts of gRPC over HTTP/2. */
import { describe, expect, test } from 'vitest'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import { RemotingConnectError } from '../../remoting/errors'
import { Code, StatusError } from '../v2/code'
import { encodeGrpcMessage } from './grpcMessage'
import { frameOf, MessageReader } from './messageReader'
import { statusOf } from './statusOf'
import { timeoutMs } from './timeout'

const cuts: [string, (wire: Buffer) => Buffer[]][] = [
  ['whole', (wire) => [wire]],
  ['byte by byte', (wire) => [...wire].map((byte) => Buffer.from([byte]))],
  ['in sevens', (wire) => Array.from({ length: Math.ceil(wire.length / 7) }, (_, i) => wire.subarray(i * 7, i * 7 + 7))] // prettier-ignore
]

describe.each(cuts)('messages that arrive %s', (_name, cut) => {
  test.each([[['a']], [['']], [['one', '', 'x'.repeat(300), 'two']]])('%j', (texts) => {
    const reader = new MessageReader()
    const read: string[] = []
    const wire = Buffer.concat(texts.map((text) => frameOf(Buffer.from(text))))
    for (const chunk of cut(wire)) reader.push(chunk, (message) => read.push(String(message)))
    expect(read).toEqual(texts)
    expect(reader.pendingBytes).toBe(0)
  })

  test('one that is too large is refused by its length alone', () => {
    const reader = new MessageReader(10)
    const wire = frameOf(Buffer.alloc(11)).subarray(0, 5)
    expect(() => {
      for (const chunk of cut(wire)) reader.push(chunk, () => undefined)
    }).toThrow('11 bytes')
  })
})

test.each([
  ['3S', 3000],
  ['1500m', 1500],
  ['2H', 7_200_000],
  ['250000u', 250],
  ['99999999n', 99.999999],
  ['31535999M', 31_535_999 * 60_000],
  ['99999999H', 99_999_999 * 3_600_000],
  ['0S', 0],
  ['', Infinity],
  ['S', Infinity],
  ['3', Infinity],
  ['3s', Infinity],
  ['-3S', Infinity],
  ['999999999S', Infinity],
  [undefined, Infinity]
])('a timeout of %s is %s ms', (header, ms) => {
  expect(timeoutMs(header)).toBeCloseTo(ms)
})

test.each([
  ['plain text, with: signs!', 'plain text, with: signs!'],
  ['50 %', '50 %25'],
  ['line\nbreak', 'line%0Abreak'],
  ['主题', '%E4%B8%BB%E9%A2%98'],
  ['😀', '%F0%9F%98%80']
])('the message %j travels as %s', (text, coded) => {
  expect(encodeGrpcMessage(text)).toBe(coded)
})

test('a message that is too long is cut', () => {
  expect(encodeGrpcMessage('x'.repeat(5000))).toMatch(/^x{2048}%E2%80%A6$/)
})

test.each<[Error, number]>([
  [new StatusError(Code.ILLEGAL_TOPIC, 'm'), Code.ILLEGAL_TOPIC],
  [new RemotingError(ResponseCode.TOPIC_NOT_EXIST, 'm'), Code.TOPIC_NOT_FOUND],
  [new RemotingError(ResponseCode.NO_PERMISSION, 'm'), Code.FORBIDDEN],
  [new RemotingError(ResponseCode.SYSTEM_BUSY, 'm'), Code.TOO_MANY_REQUESTS],
  [new RemotingError(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'm'), Code.CONSUMER_GROUP_NOT_FOUND], // prettier-ignore
  [new RemotingError(ResponseCode.FLUSH_SLAVE_TIMEOUT, 'm'), Code.SLAVE_PERSISTENCE_TIMEOUT],
  [new RemotingError(ResponseCode.SYSTEM_ERROR, 'm'), Code.INTERNAL_SERVER_ERROR],
  [new RemotingConnectError('b:1'), Code.INTERNAL_SERVER_ERROR],
  [new Error('m'), Code.INTERNAL_SERVER_ERROR]
])('%s is code %s', (error, code) => {
  expect(statusOf(error)).toMatchObject({ code, message: expect.stringMatching(/m|b:1/) as string })
})
