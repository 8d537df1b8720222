/** Every way in which a call ends. */
import { constants } from 'node:http2'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { Flag, frame, FrameType, PREFACE } from '../http2/frames'
import { encodeHeaders } from '../http2/hpack'
import { OK } from '../v2/code'
import { SERVICE_PATH, telemetryCodec, unaryCodecs, type ClientCall } from '../v2/methods'
import { GrpcError, GrpcStatus } from './call'
import { CONNECTION_IDLE_MS, HALF_REQUEST_TIMEOUT_MS, PING_AFTER_MS, PING_TIMEOUT_MS, UNREAD_ANSWER_TIMEOUT_MS } from './limits' // prettier-ignore
import { frameOf } from './messageReader'
import { asked, received } from './testing/receiveMessage'
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
