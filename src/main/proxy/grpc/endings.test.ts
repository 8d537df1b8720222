/** Every way in which a call ends. */
import { constants } from 'node:http2'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { RemotingError } from '../../protocol/remotingCommand'
import { RemotingTimeoutError } from '../../remoting/errors'
import { readProxyConfig } from '../proxyConfig'
import { Flag, frame, FrameType, PREFACE } from '../http2/frames'
import { encodeHeaders } from '../http2/hpack'
import { Code, OK } from '../v2/code'
import type { ReceiveMessageResponse } from '../v2/messages'
import {
  receiveMessageCodecs,
  SERVICE_PATH,
  telemetryCodec,
  unaryCodecs,
  type ClientCall
} from '../v2/methods'
import { GrpcError, GrpcStatus } from './call'
import { CONNECTION_IDLE_MS, HALF_REQUEST_TIMEOUT_MS, PING_AFTER_MS, PING_TIMEOUT_MS, UNREAD_ANSWER_TIMEOUT_MS } from './limits' // prettier-ignore
import { frameOf } from './messageReader'
import { grpcRig, type GrpcRig } from './testing/rig'

let rig: GrpcRig

afterEach(() => rig.close())

/** Resolves with what it is called with. */
const promised = <T>(): { promise: Promise<T>; resolve: (value: T) => void } => {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve }
}

const never = (): Promise<never> => new Promise(() => undefined)
const asked = receiveMessageCodecs.request.encode({ batchSize: 1 })
const received = (messages: readonly Buffer[]): ReceiveMessageResponse[] =>
  messages.map((bytes) => receiveMessageCodecs.response.decode(bytes))

/** A call that hangs, as its handler sees it, and when it was cancelled. */
const hanging = async (
  clock?: ManualClock
): Promise<{ call: Promise<ClientCall>; cancelled: Promise<void> }> => {
  const call = promised<ClientCall>()
  const cancelled = promised<void>()
  rig = await grpcRig(
    {
      ReceiveMessage: (_request, its) => {
        its.cancelled.on(() => cancelled.resolve())
        call.resolve(its)
        return never()
      }
    },
    clock ? { clock } : {}
  )
  return { call: call.promise, cancelled: cancelled.promise }
}

describe('the caller goes', () => {
  test('by a reset', async () => {
    const { call, cancelled } = await hanging()
    const mine = rig.client.open('ReceiveMessage')
    mine.stream.end(frameOf(asked))
    const its = await call
    expect(its.isCancelled).toBe(false)
    mine.stream.close(constants.NGHTTP2_CANCEL)
    await cancelled
    expect(its.isCancelled).toBe(true)
  })

  test('with its connection', async () => {
    const { call, cancelled } = await hanging()
    rig.client.open('ReceiveMessage').stream.end(frameOf(asked))
    await call
    rig.client.close()
    await cancelled
  })

  test('in the middle of an answer it does not read: the writer hears it', async () => {
    const outcome = promised<boolean[]>()
    rig = await grpcRig({
      ReceiveMessage: async (_request, _call, write) => {
        const wrote: boolean[] = []
        do wrote.push(await write({ message: { body: Buffer.alloc(4 * 1024 * 1024) } }))
        while (wrote.at(-1))
        outcome.resolve(wrote)
      }
    })
    const mine = rig.client.open('ReceiveMessage')
    mine.stream.pause()
    mine.stream.end(frameOf(asked))
    await mine.responded()
    mine.stream.close(constants.NGHTTP2_CANCEL)
    expect((await outcome.promise).at(-1)).toBe(false)
  })

  test('and a late answer harms nobody', async () => {
    const gate = promised<void>()
    const arrived = promised<void>()
    rig = await grpcRig({
      SendMessage: async () => {
        arrived.resolve()
        await gate.promise
        return { status: OK }
      }
    })
    const mine = rig.client.open('SendMessage')
    mine.stream.end(frameOf(Buffer.alloc(0)))
    await arrived.promise
    mine.stream.close(constants.NGHTTP2_CANCEL)
    await mine.answer
    gate.resolve()
    expect((await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})).status).toEqual(OK)
  })
})

describe('its time is over', () => {
  test('the caller is told, the handler too', async () => {
    const clock = new ManualClock()
    const { call, cancelled } = await hanging(clock)
    const mine = rig.client.open('ReceiveMessage', { 'grpc-timeout': '3S' })
    mine.stream.end(frameOf(asked))
    expect((await call).deadline).toBe(clock.monotonic() + 3000)
    clock.advance(3000)
    await cancelled
    expect((await mine.answer).headers).toMatchObject({ 'grpc-status': '4' })
  })

  test.each(['31535999M', '8760H', '99999999H'])('not for Telemetry with %s', async (timeout) => {
    const clock = new ManualClock()
    rig = await grpcRig({}, { clock })
    const mine = rig.client.open('Telemetry', { 'grpc-timeout': timeout })
    await mine.responded()
    clock.advance(PING_AFTER_MS)
    mine.send(telemetryCodec.encode({ settings: {} }))
    await mine.received(1)
    mine.stream.end()
    expect((await mine.answer).trailers['grpc-status']).toBe('0')
  })

  test('a request that stops in the middle', async () => {
    const clock = new ManualClock()
    rig = await grpcRig({}, { clock })
    const mine = rig.client.open('SendMessage')
    mine.stream.write(frameOf(Buffer.alloc(100)).subarray(0, 50))
    // It has arrived when what was sent after it is answered.
    await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})
    clock.advance(HALF_REQUEST_TIMEOUT_MS + 100)
    expect((await mine.answer).headers).toMatchObject({ 'grpc-status': '4' })
  })

  test('an answer nobody reads', async () => {
    const clock = new ManualClock()
    rig = await grpcRig(
      { QueryRoute: () => Promise.resolve({ status: { ...OK, message: 'x'.repeat(8_000_000) } }) },
      { clock }
    )
    const mine = rig.client.open('QueryRoute')
    mine.stream.pause()
    mine.stream.end(frameOf(Buffer.alloc(0)))
    await mine.responded()
    // The connection itself is alive.
    for (let ms = 0; ms < UNREAD_ANSWER_TIMEOUT_MS; ms += PING_AFTER_MS / 2) {
      clock.advance(PING_AFTER_MS / 2)
      await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})
    }
    clock.advance(100)
    mine.stream.resume()
    expect((await mine.answer).rstCode).toBe(constants.NGHTTP2_CANCEL)
  })

  test('a connection without calls', async () => {
    const clock = new ManualClock()
    rig = await grpcRig({}, { clock })
    await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})
    const closed = new Promise((resolve) => rig.client.session.on('close', resolve))
    clock.advance(CONNECTION_IDLE_MS + 100)
    await closed
  })
})

describe('a connection that was silent is asked', () => {
  test('and stays when it answers', async () => {
    const clock = new ManualClock()
    const { call } = await hanging(clock)
    rig.client.open('ReceiveMessage').stream.end(frameOf(asked))
    const its = await call
    const pinged = new Promise((resolve) => rig.client.session.once('ping', resolve))
    clock.advance(PING_AFTER_MS + 100)
    await pinged
    // The answer is there when what is sent after it is answered.
    await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})
    clock.advance(PING_TIMEOUT_MS + 100)
    expect(its.isCancelled).toBe(false)
  })

  test('and is closed with its calls when it does not', async () => {
    const clock = new ManualClock()
    const { call, cancelled } = await hanging(clock)
    const socket = connect(rig.port, '127.0.0.1')
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const head = encodeHeaders({
      ...{ ':method': 'POST', ':scheme': 'http' },
      ':path': `${SERVICE_PATH}ReceiveMessage`,
      'content-type': 'application/grpc',
      'x-mq-client-id': 'c'
    })
    socket.write(PREFACE)
    socket.write(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, head))
    socket.write(frame(FrameType.DATA, Flag.END_STREAM, 1, frameOf(asked)))
    socket.resume()
    await call
    clock.advance(PING_AFTER_MS + 100)
    clock.advance(PING_TIMEOUT_MS + 100)
    await Promise.all([cancelled, closed])
  })
})

test('Telemetry ends with OK when the caller has nothing more to say', async () => {
  rig = await grpcRig()
  const mine = rig.client.open('Telemetry')
  await mine.responded()
  mine.stream.end()
  expect((await mine.answer).trailers['grpc-status']).toBe('0')
})

test('Telemetry ends with an error of its handler, in any text', async () => {
  rig = await grpcRig({
    Telemetry: (stream) =>
      stream.received.on(() => stream.end(new GrpcError(GrpcStatus.INVALID_ARGUMENT, '100 % 坏了')))
  })
  const mine = rig.client.open('Telemetry')
  mine.send(telemetryCodec.encode({}))
  const { trailers } = await mine.answer
  expect(trailers['grpc-status']).toBe('3')
  expect(decodeURIComponent(String(trailers['grpc-message']))).toBe('100 % 坏了')
})

test('a stop ends Telemetry with OK and waits for nobody', async () => {
  const { call } = await hanging()
  const telemetry = rig.client.open('Telemetry')
  await telemetry.responded()
  rig.client.open('ReceiveMessage').stream.end(frameOf(asked))
  await call
  await rig.server.close()
  expect((await telemetry.answer).trailers['grpc-status']).toBe('0')
})

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

test('a slow reader of 32 × 4 MiB gets all of it, and little of it waits here', async () => {
  let written = 0
  rig = await grpcRig({
    ReceiveMessage: async (_request, _call, write) => {
      for (; written < 32; written++)
        await write({ message: { body: Buffer.alloc(4 * 1024 * 1024, written) } })
    }
  })
  const mine = rig.client.open('ReceiveMessage')
  mine.stream.pause()
  mine.stream.end(frameOf(asked))
  await mine.responded()
  // Other calls of the connection pass meanwhile.
  for (let i = 0; i < 20; i++) await rig.client.ask('Heartbeat', unaryCodecs.Heartbeat, {})
  expect(written).toBeLessThan(3)
  mine.stream.resume()
  const { messages, trailers } = await mine.answer
  expect(received(messages).map(({ message }) => message?.body?.[0])).toEqual(Array.from({ length: 32 }, (_, i) => i)) // prettier-ignore
  expect(trailers['grpc-status']).toBe('0')
})

test('2000 calls at once on one connection', async () => {
  rig = await grpcRig({
    QueryRoute: ({ topic }) => Promise.resolve({ status: { ...OK, message: topic?.name ?? '' } })
  })
  const names = Array.from({ length: 2000 }, (_, i) => `T${i}`)
  const answers = await Promise.all(
    names.map((name) => rig.client.ask('QueryRoute', unaryCodecs.QueryRoute, { topic: { name } }))
  )
  expect(answers.map(({ status }) => status.message)).toEqual(names)
})
