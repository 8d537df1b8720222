import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { loadFrames } from '../../../tests/fixtures/load'
import { ManualClock, systemClock } from '../base/clock'
import { createLog, silentLog, type LogRecord } from '../base/log'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { decodeFrame, encodeCommand, FrameDecoder, MAX_FRAME_BYTES } from '../protocol/frame'
import { NoHeader } from '../protocol/headers/admin'
import { createRequest, RemotingError, type RemotingCommand } from '../protocol/remotingCommand'
import { RemotingClient } from './client'
import { MAX_UNANSWERED_REQUESTS, type RemotingConnection } from './connection'
import { RemotingConnectError, RemotingTimeoutError } from './errors'
import { dispatcher, replyBody, route, type Route } from './route'
import { CHANNEL_MAX_IDLE_MS, HALF_FRAME_TIMEOUT_MS, RemotingServer } from './server'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const ECHO = RequestCode.GET_BROKER_CONFIG
const echo = route(ECHO, NoHeader, ({ body }) => replyBody(body))

const serve = async (
  routes: Route[] = [echo],
  clock = systemClock
): Promise<{
  server: RemotingServer
  address: string
  logged: LogRecord[]
}> => {
  const logged: LogRecord[] = []
  const log = createLog('test', clock, (record) => logged.push(record))
  const server = new RemotingServer({
    clock,
    log,
    handler: dispatcher(routes),
    host: '127.0.0.1',
    port: 0
  })
  const port = await server.listen()
  cleanups.push(() => server.close())
  return { server, address: `127.0.0.1:${port}`, logged }
}

const newClient = (handler?: ReturnType<typeof dispatcher>): RemotingClient => {
  const client = new RemotingClient({
    clock: systemClock,
    log: silentLog,
    ...(handler && { handler })
  })
  cleanups.push(() => client.close())
  return client
}

/** A peer that writes bytes as it pleases. */
const raw = async (
  address: string
): Promise<{
  socket: Socket
  received: () => Promise<RemotingCommand>
  closed: Promise<void>
}> => {
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1')
  cleanups.push(() => socket.destroy())
  const decoder = new FrameDecoder()
  const queue: RemotingCommand[] = []
  const waiting: ((command: RemotingCommand) => void)[] = []
  socket.on('data', (chunk) => {
    for (const frame of decoder.push(chunk)) {
      const command = decodeFrame(frame)
      const next = waiting.shift()
      if (next) next(command)
      else queue.push(command)
    }
  })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return {
    socket,
    closed,
    received: () =>
      new Promise((resolve) => {
        const command = queue.shift()
        if (command) resolve(command)
        else waiting.push(resolve)
      })
  }
}

describe('requests and responses', () => {
  test('many outstanding requests get their own answers', async () => {
    const { address } = await serve()
    const client = newClient()
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        client.call(address, { code: ECHO, body: Buffer.from(`m${i}`) }, 5000)
      )
    )
    expect(answers.map((a) => a.body?.toString())).toEqual(
      Array.from({ length: 500 }, (_, i) => `m${i}`)
    )
  })

  test('answers may come in another order', async () => {
    const gates: (() => void)[] = []
    const { address } = await serve([
      route(
        ECHO,
        NoHeader,
        ({ body }) => new Promise((resolve) => gates.push(() => resolve(replyBody(body))))
      )
    ])
    const client = newClient()
    const order: string[] = []
    const ask = (name: string): Promise<unknown> =>
      client
        .call(address, { code: ECHO, body: Buffer.from(name) }, 5000)
        .then((a) => order.push(String(a.body)))
    const both = [ask('first'), ask('second')]
    while (gates.length < 2) await new Promise((resolve) => setImmediate(resolve))
    gates[1]!()
    await both[1]
    gates[0]!()
    await Promise.all(both)
    expect(order).toEqual(['second', 'first'])
  })

  test.each(
    loadFrames().filter((f) => f.direction === 'request' && f.serialization === 'rocketmq')
  )('a compact request ($name) is answered in its own serialization', async ({ bytes, code }) => {
    const wanted = RequestCode[code as keyof typeof RequestCode]
    const { address } = await serve([
      route(wanted, NoHeader, () => ({ code: 0, extFields: { a: 'b' } }))
    ])
    const peer = await raw(address)
    const request = decodeFrame(bytes.subarray(4))
    peer.socket.write(encodeCommand({ ...request, flag: 0 }))
    const answer = await peer.received()
    expect(answer).toMatchObject({ serializeType: 'ROCKETMQ', opaque: request.opaque, flag: 1 })
    expect(answer.extFields.a).toBe('b')
  })

  test('an unknown code is answered with REQUEST_CODE_NOT_SUPPORTED and its name', async () => {
    const { address } = await serve()
    const answer = await newClient().invoke(address, { code: RequestCode.POP_MESSAGE }, 5000)
    expect(answer.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
    expect(answer.remark).toContain('POP_MESSAGE')
    const unnamed = await newClient().invoke(address, { code: 31_999 }, 5000)
    expect(unnamed.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
  })

  test('an outcome the handler throws is the answer, with its fields', async () => {
    const { address } = await serve([
      route(ECHO, NoHeader, () => {
        throw new RemotingError(ResponseCode.TOPIC_NOT_EXIST, 'create it', { forbiddenType: '3' })
      })
    ])
    const client = newClient()
    await expect(client.call(address, { code: ECHO }, 5000)).rejects.toMatchObject({
      code: ResponseCode.TOPIC_NOT_EXIST,
      remark: 'create it',
      extFields: { forbiddenType: '3' }
    })
  })

  test.each([
    [
      'thrown',
      () => {
        throw new Error('bug')
      }
    ],
    ['rejected', () => Promise.reject(new Error('bug'))]
  ])(
    'a bug (%s) answers SYSTEM_ERROR, is logged and leaves the connection working',
    async (_how, handler) => {
      const { address, logged } = await serve([
        echo,
        route(RequestCode.HEART_BEAT, NoHeader, handler)
      ])
      const client = newClient()
      const answer = await client.invoke(address, { code: RequestCode.HEART_BEAT }, 5000)
      expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'bug' })
      expect(logged.some((r) => r.level === 'error' && r.message.includes('HEART_BEAT'))).toBe(true)
      expect(
        (await client.call(address, { code: ECHO, body: Buffer.from('x') }, 5000)).body?.toString()
      ).toBe('x')
    }
  )

  test('a one-way request gets no answer, whatever becomes of it', async () => {
    const { address } = await serve()
    const peer = await raw(address)
    peer.socket.write(encodeCommand(createRequest({ code: 31_999 }, 1, true)))
    peer.socket.write(encodeCommand(createRequest({ code: ECHO }, 2, true)))
    peer.socket.write(encodeCommand(createRequest({ code: ECHO }, 3)))
    expect((await peer.received()).opaque).toBe(3)
  })

  test('the server asks the client over the same connection', async () => {
    let peer: RemotingConnection | undefined
    const { address } = await serve([
      route(ECHO, NoHeader, ({ connection }) => {
        peer = connection
        return { code: 0 }
      })
    ])
    const client = newClient(
      dispatcher([
        route(RequestCode.GET_CONSUMER_RUNNING_INFO, NoHeader, () => replyBody(Buffer.from('info')))
      ])
    )
    await client.call(address, { code: ECHO }, 5000)
    const answer = await peer!.request({ code: RequestCode.GET_CONSUMER_RUNNING_INFO }, 5000)
    expect(answer.body?.toString()).toBe('info')
  })
})

describe('a line that fails', () => {
  test('nobody listening is a RemotingConnectError', async () => {
    const { server, address } = await serve()
    await server.close()
    await expect(newClient().call(address, { code: ECHO }, 5000)).rejects.toBeInstanceOf(
      RemotingConnectError
    )
  })

  test('a client reconnects after its server came back', async () => {
    const { server, address } = await serve()
    const client = newClient()
    await client.call(address, { code: ECHO }, 5000)
    await server.close()
    const again = new RemotingServer({
      clock: systemClock,
      log: silentLog,
      handler: dispatcher([echo]),
      host: '127.0.0.1',
      port: Number(address.split(':')[1])
    })
    await again.listen()
    cleanups.push(() => again.close())
    expect((await client.call(address, { code: ECHO }, 5000)).code).toBe(0)
  })

  test('requests without an answer fail when the connection breaks', async () => {
    const { server, address } = await serve([
      route(ECHO, NoHeader, () => new Promise(() => undefined))
    ])
    const waiting = newClient().call(address, { code: ECHO }, 60_000)
    while (server.connections.size === 0) await new Promise((resolve) => setImmediate(resolve))
    for (const connection of server.connections) connection.destroy()
    await expect(waiting).rejects.toBeInstanceOf(RemotingConnectError)
  })

  test('a request that is never answered times out, its late answer harms nothing', async () => {
    const gates: (() => void)[] = []
    const { address } = await serve([
      route(ECHO, NoHeader, () => new Promise((resolve) => gates.push(() => resolve({ code: 0 })))),
      route(RequestCode.HEART_BEAT, NoHeader, () => ({ code: 0 }))
    ])
    const client = newClient()
    await expect(client.call(address, { code: ECHO }, 1)).rejects.toBeInstanceOf(
      RemotingTimeoutError
    )
    gates[0]!()
    expect((await client.call(address, { code: RequestCode.HEART_BEAT }, 5000)).code).toBe(0)
  })
})

describe('bad peers', () => {
  test.each([
    [
      'a frame over 16 MiB',
      () => {
        const b = Buffer.alloc(8)
        b.writeInt32BE(MAX_FRAME_BYTES, 0)
        return b
      }
    ],
    ['a header that is no JSON', () => Buffer.from('0000000a00000006', 'hex').subarray(0, 8)],
    ['a header length beyond the frame', () => Buffer.from('0000000400ffffff', 'hex')]
  ])('%s closes that connection with a log line and no other', async (_what, bytes) => {
    const { address, logged } = await serve()
    const client = newClient()
    await client.call(address, { code: ECHO }, 5000)
    const peer = await raw(address)
    peer.socket.write(bytes())
    if (_what.startsWith('a header that is no')) peer.socket.write('broken')
    await peer.closed
    expect(
      logged.filter((r) => r.level === 'warn' && r.message.startsWith('closing '))
    ).toHaveLength(1)
    expect(
      (await client.call(address, { code: ECHO, body: Buffer.from('ok') }, 5000)).body?.toString()
    ).toBe('ok')
  })

  test('a connection idle for 120 s is closed, an active one is not', async () => {
    const clock = new ManualClock()
    const { server, address } = await serve([echo], clock)
    const idle = await raw(address)
    const active = await raw(address)
    const speak = async (): Promise<void> => {
      active.socket.write(encodeCommand(createRequest({ code: ECHO }, 1)))
      await active.received()
    }
    await speak()
    clock.advance(CHANNEL_MAX_IDLE_MS - 1000)
    await speak()
    clock.advance(3000)
    await idle.closed
    await speak()
    expect(server.connections.size).toBe(1)
  })

  test('half a frame without progress is not held for ever', async () => {
    const clock = new ManualClock()
    const { server, address } = await serve([echo], clock)
    const slow = await raw(address)
    slow.socket.write(Buffer.from('000001', 'hex'))
    while (![...server.connections].some((c) => c.partialSince !== undefined))
      await new Promise((resolve) => setImmediate(resolve))
    clock.advance(HALF_FRAME_TIMEOUT_MS + 2000)
    await slow.closed
  })

  test('more unanswered requests than allowed are answered SYSTEM_BUSY', async () => {
    const { address } = await serve([route(ECHO, NoHeader, () => new Promise(() => undefined))])
    const peer = await raw(address)
    const one = encodeCommand(createRequest({ code: ECHO }, 1))
    peer.socket.write(Buffer.concat(Array.from({ length: MAX_UNANSWERED_REQUESTS + 1 }, () => one)))
    const answer = await peer.received()
    expect(answer.code).toBe(ResponseCode.SYSTEM_BUSY)
    expect(answer.remark).toContain('[OVERLOAD]')
  })

  const megabyte = Buffer.alloc(1024 * 1024)
  const requests = (count: number): Buffer =>
    Buffer.concat(
      Array.from({ length: count }, (_, i) => encodeCommand(createRequest({ code: ECHO }, i + 1)))
    )

  test('a peer that reads slowly gets every answer, and its requests wait meanwhile', async () => {
    let handled = 0
    const { address } = await serve([
      route(ECHO, NoHeader, () => {
        handled++
        return replyBody(megabyte)
      })
    ])
    const peer = await raw(address)
    peer.socket.pause()
    peer.socket.write(requests(100))
    while (handled === 0) await new Promise((resolve) => setImmediate(resolve))
    for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(handled).toBeLessThan(30)
    peer.socket.resume()
    const opaques = []
    for (let i = 0; i < 100; i++) opaques.push((await peer.received()).opaque)
    expect(opaques.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  test('held requests answered at once to a peer that does not read cut it off', async () => {
    const gates: (() => void)[] = []
    const { server, address, logged } = await serve([
      route(
        ECHO,
        NoHeader,
        () => new Promise((resolve) => gates.push(() => resolve(replyBody(megabyte))))
      )
    ])
    const peer = await raw(address)
    peer.socket.pause()
    peer.socket.write(requests(200))
    while (gates.length < 200) await new Promise((resolve) => setImmediate(resolve))
    for (const open of gates) open()
    while (server.connections.size > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(logged.some((r) => r.message.includes('does not read'))).toBe(true)
  })
})
