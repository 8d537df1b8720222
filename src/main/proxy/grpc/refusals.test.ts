/** Calls that cannot be served, or whose handler fails: what the caller hears. */
import { afterEach, describe, expect, test } from 'vitest'
import { RemotingError } from '../../protocol/remotingCommand'
import { RemotingTimeoutError } from '../../remoting/errors'
import { readProxyConfig } from '../proxyConfig'
import { Code, OK } from '../v2/code'
import { telemetryCodec, unaryCodecs } from '../v2/methods'
import { frameOf } from './messageReader'
import { asked, received } from './testing/receiveMessage'
import { grpcRig, type GrpcRig } from './testing/rig'

let rig: GrpcRig

afterEach(() => rig.close())

describe('it cannot be served', () => {
  test('nobody has that name', async () => {
    rig = await grpcRig()
    const { headers } = await rig.client.call('SyncLiteSubscription', Buffer.alloc(0))
    expect(headers).toMatchObject({ ':status': 200, 'grpc-status': '12' })
  })

  test('it is no gRPC', async () => {
    rig = await grpcRig()
    const { headers, trailers } = await rig.client.call('Heartbeat', Buffer.alloc(9), {
      'content-type': 'application/json'
    })
    expect(headers).toMatchObject({ ':status': 415, 'content-type': 'text/plain' })
    expect(trailers['grpc-status']).toBe('13')
  })

  test('it is too large', async () => {
    rig = await grpcRig({}, { config: readProxyConfig({ grpcMaxInboundMessageSize: '100000' }) })
    const { headers } = await rig.client.call('SendMessage', Buffer.alloc(100_001))
    expect(headers['grpc-status']).toBe('8')
    expect((await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})).status).toEqual(OK)
  })

  test('it is compressed', async () => {
    rig = await grpcRig()
    const mine = rig.client.open('SendMessage')
    mine.stream.end(Buffer.from([1, 0, 0, 0, 1, 0]))
    expect((await mine.answer).headers['grpc-status']).toBe('12')
  })

  test('it is no such message', async () => {
    rig = await grpcRig()
    const { headers } = await rig.client.call('SendMessage', Buffer.from([0x0a, 0x7f]))
    expect(headers['grpc-status']).toBe('13')
  })

  test('it ends within a message', async () => {
    rig = await grpcRig()
    const mine = rig.client.open('SendMessage')
    mine.stream.end(frameOf(Buffer.alloc(9)).subarray(0, 10))
    expect((await mine.answer).headers['grpc-status']).toBe('13')
  })

  test.each([0, 2])('%s messages make no request', async (count) => {
    rig = await grpcRig()
    const mine = rig.client.open('SendMessage')
    mine.stream.end(Buffer.concat(Array.from({ length: count }, () => frameOf(Buffer.alloc(0)))))
    expect((await mine.answer).headers['grpc-status']).toBe('12')
  })
})

describe('a caller without an id', () => {
  const blank = { 'x-mq-client-id': ' ' }

  test('hears it in the answer', async () => {
    rig = await grpcRig()
    const { status } = await rig.client.ask('SendMessage', unaryCodecs.SendMessage, {}, blank)
    expect(status.code).toBe(Code.CLIENT_ID_REQUIRED)
  })

  test('of ReceiveMessage, with the time', async () => {
    rig = await grpcRig()
    const { messages, trailers } = await rig.client.call('ReceiveMessage', asked, blank)
    const [first, second] = received(messages)
    expect(first?.status?.code).toBe(Code.CLIENT_ID_REQUIRED)
    expect(second?.deliveryTimestamp?.seconds).toBeGreaterThan(0)
    expect(trailers['grpc-status']).toBe('0')
  })

  test('of Telemetry, as a command and as its end', async () => {
    rig = await grpcRig()
    const { messages, trailers } = await rig.client.open('Telemetry', blank).answer
    expect(messages.map((bytes) => telemetryCodec.decode(bytes).status?.code)).toEqual([
      Code.CLIENT_ID_REQUIRED
    ])
    expect(trailers['grpc-status']).toBe('3')
  })
})

describe('its handler throws', () => {
  test.each<[string, Error, number]>([
    ['what a broker answered', new RemotingError(17, 'no topic T'), Code.TOPIC_NOT_FOUND],
    ['that a broker does not answer', new RemotingTimeoutError('b', 3, 'x'), Code.PROXY_TIMEOUT],
    ['a bug', new TypeError('x is not a function'), Code.INTERNAL_SERVER_ERROR]
  ])('%s', async (_what, error, code) => {
    rig = await grpcRig({ SendMessage: () => Promise.reject(error) })
    const { status } = await rig.client.ask('SendMessage', unaryCodecs.SendMessage, {})
    expect(status).toMatchObject({
      code,
      message: expect.stringContaining(error.message) as string
    })
  })

  test('in Telemetry: the stream ends with INTERNAL', async () => {
    rig = await grpcRig({
      Telemetry: () => {
        throw new Error('broken')
      }
    })
    const { trailers } = await rig.client.open('Telemetry').answer
    expect(trailers).toMatchObject({ 'grpc-status': '13', 'grpc-message': 'broken' })
  })

  test('before ReceiveMessage has a status: status, time and OK', async () => {
    rig = await grpcRig({ ReceiveMessage: () => Promise.reject(new RemotingError(2, 'busy')) })
    const { messages, trailers } = await rig.client.call('ReceiveMessage', asked)
    expect(received(messages).map(({ status }) => status?.code)).toEqual([Code.TOO_MANY_REQUESTS, undefined]) // prettier-ignore
    expect(trailers['grpc-status']).toBe('0')
  })

  test('after it: what was sent stays, the time, and OK', async () => {
    rig = await grpcRig({
      ReceiveMessage: async (_request, _call, write) => {
        await write({ status: OK })
        await write({ message: { body: Buffer.from('a') } })
        throw new Error('lost')
      }
    })
    const { messages, trailers } = await rig.client.call('ReceiveMessage', asked)
    expect(messages).toHaveLength(3)
    expect(received(messages).at(-1)?.deliveryTimestamp?.seconds).toBeGreaterThan(0)
    expect(trailers['grpc-status']).toBe('0')
  })
})
