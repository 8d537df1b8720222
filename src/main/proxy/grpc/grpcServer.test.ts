import { afterEach, expect, test } from 'vitest'
import { Code, OK, StatusError } from '../v2/code'
import type { ReceiveMessageRequest, TelemetryCommand } from '../v2/messages'
import { receiveMessageCodecs, telemetryCodec, unaryCodecs } from '../v2/methods'
import { frameOf } from './messageReader'
import { grpcRig, type GrpcRig } from './testing/rig'

let rig: GrpcRig

afterEach(() => rig.close())

const body = (bytes: number): Uint8Array =>
  unaryCodecs.SendMessage.request.encode({ messages: [{ body: Buffer.alloc(bytes, 7) }] })

const settings = (maxBodySize: number): TelemetryCommand => ({
  settings: { clientType: 1, publishing: { maxBodySize } }
})

test('a request is answered, and its handler sees who asks', async () => {
  const seen: unknown[] = []
  rig = await grpcRig({
    QueryRoute: (request, call) => {
      seen.push(request.topic?.name, call.clientId, call.remoteAddress, call.isTls, call.deadline)
      return Promise.resolve({ status: OK, messageQueues: [{ id: 3 }] })
    }
  })
  const answer = await rig.client.ask('QueryRoute', unaryCodecs.QueryRoute, {
    topic: { name: 'T' }
  })
  expect(answer).toMatchObject({ status: OK, messageQueues: [{ id: 3 }] })
  expect(seen).toEqual(['T', 'client-1', expect.stringMatching(/^127\.0\.0\.1:\d+$/), false, Infinity]) // prettier-ignore
})

test('headers, message and trailers are as gRPC wants them', async () => {
  rig = await grpcRig()
  const { headers, trailers, messages } = await rig.client.call('Heartbeat', Buffer.alloc(0))
  expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' })
  expect(trailers['grpc-status']).toBe('0')
  expect(messages).toHaveLength(1)
})

test('a request of many DATA frames is one message', async () => {
  const sizes: (number | undefined)[] = []
  rig = await grpcRig({
    SendMessage: ({ messages }) => {
      sizes.push(messages?.[0]?.body?.length)
      return Promise.resolve({ status: OK })
    }
  })
  const call = rig.client.open('SendMessage')
  const frame = frameOf(body(300_000))
  for (let at = 0; at < frame.length; at += 1111) call.stream.write(frame.subarray(at, at + 1111))
  call.stream.end()
  expect((await call.answer).trailers['grpc-status']).toBe('0')
  expect(sizes).toEqual([300_000])
})

test('settings are answered each time, also two of them in one DATA frame', async () => {
  rig = await grpcRig()
  const call = rig.client.open('Telemetry')
  call.send(telemetryCodec.encode(settings(1)))
  await call.received(1)
  const both = [2, 3].map((n) => frameOf(telemetryCodec.encode(settings(n))))
  call.stream.write(Buffer.concat(both))
  const answers = (await call.received(3)).map((bytes) => telemetryCodec.decode(bytes))
  expect(answers.map(({ settings: s }) => s?.publishing?.maxBodySize)).toEqual([1, 2, 3])
  call.stream.end()
  expect((await call.answer).trailers['grpc-status']).toBe('0')
})

test('Telemetry has its headers before anything was written', async () => {
  rig = await grpcRig({ Telemetry: () => undefined })
  const call = rig.client.open('Telemetry')
  expect(await call.responded()).toMatchObject({ ':status': 200 })
})

test('a status a handler throws is the answer', async () => {
  rig = await grpcRig({
    SendMessage: () => {
      throw new StatusError(Code.ILLEGAL_TOPIC, 'no such name')
    }
  })
  const answer = await rig.client.ask('SendMessage', unaryCodecs.SendMessage, {})
  expect(answer.status).toEqual({ code: Code.ILLEGAL_TOPIC, message: 'no such name' })
})

test('ReceiveMessage streams, with room asked for', async () => {
  rig = await grpcRig({
    ReceiveMessage: async ({ batchSize }: ReceiveMessageRequest, _call, write) => {
      await write({ status: OK })
      for (let i = 0; i < (batchSize ?? 0); i++)
        await write({ message: { body: Buffer.alloc(4 * 1024 * 1024, i) } })
      await write({ deliveryTimestamp: { seconds: 1, nanos: 0 } })
    }
  })
  const { request, response } = receiveMessageCodecs
  const { messages, trailers } = await rig.client.call(
    'ReceiveMessage',
    request.encode({ batchSize: 4 })
  )
  const read = messages.map((bytes) => response.decode(bytes))
  expect(read[0]?.status).toEqual(OK)
  expect(read.slice(1, -1).map(({ message }) => message?.body?.[4_000_000])).toEqual([0, 1, 2, 3])
  expect(read.at(-1)?.deliveryTimestamp).toMatchObject({ seconds: 1, nanos: 0 })
  expect(trailers['grpc-status']).toBe('0')
})
