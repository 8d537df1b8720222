import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type IncomingHttpHeaders
} from 'node:http2'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../base/clock'
import { FrameReader } from './frameReader'
import { ErrorCode, Flag, frame, FrameType, PREFACE, settingsFrame, windowUpdate } from './frames'
import { encodeHeaders, type Headers } from './hpack'
import { Http2Connection } from './http2Connection'
import type { Http2Stream } from './http2Stream'

const MAX_STREAMS = 100
const MAX_HEADER_BYTES = 16_384

const OK = encodeHeaders({ ':status': '200' })
const END = encodeHeaders({ done: 'yes' })

/** Answers with the headers and the body it got, when all of it is there. */
const echo = (stream: Http2Stream, headers: Headers): void => {
  const pieces: Buffer[] = []
  stream.handler = {
    data: (bytes) => pieces.push(Buffer.from(bytes)),
    ended: () => {
      const body = Buffer.concat(pieces)
      const told = Buffer.from(JSON.stringify(headers))
      stream.respond(OK, headers.echo === 'headers' ? told : body, END)
    },
    closed: () => undefined,
    drained: () => undefined
  }
}

let server: Server
let port: number
let connections: Http2Connection[]
let errors: (Error | undefined)[]
const cleanups: (() => unknown)[] = []

beforeEach(async () => {
  connections = []
  const mine: typeof errors = []
  errors = mine
  server = createServer((socket) => {
    connections.push(
      new Http2Connection(socket, {
        clock: systemClock,
        maxStreams: MAX_STREAMS,
        maxHeaderBytes: MAX_HEADER_BYTES,
        onStream: (stream, { headers }) => {
          echo(stream, headers)
          return stream.handler
        },
        onClose: (error) => mine.push(error)
      })
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup()
  for (const connection of connections) connection.destroy()
  await new Promise((resolve) => server.close(resolve))
})

const client = (options = {}): ClientHttp2Session => {
  const session = connectHttp2(`http://127.0.0.1:${port}`, options)
  session.on('error', () => undefined)
  cleanups.push(() => session.destroy())
  return session
}

const ask = (
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body: Buffer = Buffer.alloc(0)
): Promise<{ body: Buffer; trailers: IncomingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': '/', ...headers })
    const pieces: Buffer[] = []
    let trailers: IncomingHttpHeaders = {}
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('trailers', (their: IncomingHttpHeaders) => (trailers = their))
    stream.on('error', reject)
    stream.on('close', () => resolve({ body: Buffer.concat(pieces), trailers }))
    stream.end(body)
  })

/** Writes bytes as it pleases, and collects the frames that come back. */
class RawPeer {
  readonly frames: { type: number; flags: number; streamId: number; payload: Buffer }[] = []
  readonly closed: Promise<void>
  private waiting: (() => void) | undefined

  constructor(readonly socket: Socket) {
    const reader = new FrameReader(0)
    cleanups.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      reader.push(chunk, {
        preface: () => undefined,
        frame: (type, flags, streamId, payload) =>
          this.frames.push({ type, flags, streamId, payload: Buffer.from(payload) })
      })
      this.waiting?.()
    })
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()))
  }

  async next(type: number): Promise<RawPeer['frames'][number]> {
    for (;;) {
      const found = this.frames.find((its) => its.type === type)
      if (found) return found
      await new Promise<void>((resolve) => (this.waiting = resolve))
    }
  }
}

const peer = (...frames: Buffer[]): RawPeer => {
  const raw = new RawPeer(connect(port, '127.0.0.1'))
  raw.socket.write(Buffer.concat([PREFACE, settingsFrame([]), ...frames]))
  return raw
}

const REQUEST = { ':method': 'POST', ':scheme': 'http', ':path': '/' }
const HEADERS = encodeHeaders({ ...REQUEST, a: 'b' })
const ENDED = Flag.END_HEADERS | Flag.END_STREAM
const headers = (streamId: number, flags: number = ENDED, payload = HEADERS): Buffer =>
  frame(FrameType.HEADERS, flags, streamId, payload)
const data = (streamId: number, flags: number, payload: Buffer): Buffer =>
  frame(FrameType.DATA, flags, streamId, payload)

const cut = (streamId: number): Buffer => frame(FrameType.RST_STREAM, 0, streamId, Buffer.alloc(4))
const BAD = encodeHeaders({ ...REQUEST, connection: 'close' })

test('headers of every kind are read as nghttp2 wrote them', async () => {
  const session = client()
  const rare = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
    .join('')
    .trim()
  for (let i = 0; i < 200; i++) {
    const sent = {
      'x-mq-request-id': `${i}-${'abcdef'.repeat(i % 7)}`,
      'x-rare': `aaaaaaaaaaaaaaaa${rare.slice(i % 90)}`,
      'x-same': 'always',
      echo: 'headers'
    }
    const { body } = await ask(session, sent)
    expect(JSON.parse(String(body))).toMatchObject(sent)
  }
})

test('bodies of many frames, in windows of every size', async () => {
  for (const initialWindowSize of [1, 1000, 65_535, 10_000_000]) {
    const session = client({ settings: { initialWindowSize } })
    const sent = Buffer.alloc(initialWindowSize === 1 ? 300 : 3_000_000, 'abcdefg')
    const { body, trailers } = await ask(session, {}, sent)
    expect(body.equals(sent)).toBe(true)
    expect(trailers.done).toBe('yes')
  }
})

test('settings are acknowledged before they show', async () => {
  const raw = peer(settingsFrame([[4, 0]]), headers(1, Flag.END_HEADERS), data(1, Flag.END_STREAM, Buffer.from('hello')), settingsFrame([[4, 1]])) // prettier-ignore
  await raw.next(FrameType.DATA)
  expect(raw.frames.slice(-2).map(({ type, flags }) => [type, flags])).toEqual([[FrameType.SETTINGS, Flag.ACK], [FrameType.DATA, 0]]) // prettier-ignore
})

test('a window that becomes smaller and larger again', async () => {
  const session = client({ settings: { initialWindowSize: 100_000 } })
  const sent = Buffer.alloc(1_000_000, 'x')
  const answered = ask(session, {}, sent)
  session.settings({ initialWindowSize: 10 })
  session.settings({ initialWindowSize: 200_000 })
  expect((await answered).body.equals(sent)).toBe(true)
})

test('a request byte by byte', async () => {
  const raw = new RawPeer(connect(port, '127.0.0.1'))
  raw.socket.setNoDelay(true)
  const bytes = Buffer.concat([
    PREFACE,
    settingsFrame([]),
    headers(1, Flag.END_HEADERS),
    data(1, Flag.END_STREAM, Buffer.from('hello'))
  ])
  for (const byte of bytes)
    await new Promise((resolve) => raw.socket.write(Buffer.from([byte]), resolve))
  expect(String((await raw.next(FrameType.DATA)).payload)).toBe('hello')
})

test('padding, priorities and headers in pieces are taken out', async () => {
  const padded = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 9]), HEADERS.subarray(0, 5), Buffer.alloc(3)]) // prettier-ignore
  const raw = peer(
    frame(FrameType.PRIORITY, 0, 1, Buffer.alloc(5)),
    frame(0x77, 0, 0, Buffer.from('a frame of another world')),
    headers(1, Flag.PADDED | Flag.PRIORITY, padded),
    frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, HEADERS.subarray(5)),
    data(1, Flag.PADDED, Buffer.from([2, 104, 105, 0, 0])),
    // Trailers of a request.
    headers(1, ENDED, encodeHeaders({ more: 'x' }))
  )
  expect(String((await raw.next(FrameType.DATA)).payload)).toBe('hi')
})

test('a ping is answered with what it said', async () => {
  const raw = peer(frame(FrameType.PING, 0, 0, Buffer.from('12345678')))
  const { flags, payload } = await raw.next(FrameType.PING)
  expect([flags, String(payload)]).toEqual([Flag.ACK, '12345678'])
})

test('more streams than allowed are refused, the others go on', async () => {
  const open = Array.from({ length: MAX_STREAMS + 1 }, (_, i) =>
    headers(2 * i + 1, Flag.END_HEADERS)
  )
  const raw = peer(...open, data(1, Flag.END_STREAM, Buffer.from('x')))
  const { streamId, payload } = await raw.next(FrameType.RST_STREAM)
  expect([streamId, payload.readUInt32BE(0)]).toEqual([201, ErrorCode.REFUSED_STREAM])
  expect((await raw.next(FrameType.DATA)).streamId).toBe(1)
})

test('a stop lets the calls under way end and takes no more', async () => {
  const raw = peer(headers(1, Flag.END_HEADERS))
  await raw.next(FrameType.SETTINGS)
  while (connections[0]?.streamCount !== 1) await new Promise((resolve) => setImmediate(resolve))
  connections[0].goAway()
  expect((await raw.next(FrameType.GOAWAY)).payload.readUInt32BE(0)).toBe(1)
  raw.socket.write(headers(3))
  expect((await raw.next(FrameType.RST_STREAM)).streamId).toBe(3)
  raw.socket.write(data(1, Flag.END_STREAM, Buffer.from('last')))
  expect(String((await raw.next(FrameType.DATA)).payload)).toBe('last')
  await raw.closed
  expect(await closings(1)).toEqual([undefined])
})

describe('who breaks the protocol is told how, and closed', () => {
  const resets = Array.from({ length: 2500 }, (_, i) =>
    Buffer.concat([headers(2 * i + 1, Flag.END_HEADERS), cut(2 * i + 1)])
  )
  const refused = Array.from({ length: 2500 }, (_, i) => headers(2 * i + 1, ENDED, BAD))
  const endless = Array.from({ length: 40 }, () =>
    frame(FrameType.CONTINUATION, 0, 1, Buffer.alloc(1000))
  )
  const empty = Array.from({ length: 20_000 }, () =>
    frame(FrameType.CONTINUATION, 0, 1, Buffer.alloc(0))
  )
  test.each<[string, Buffer[], number]>([
    ['a frame that is too large', [data(1, 0, Buffer.alloc(16_385))], ErrorCode.FRAME_SIZE_ERROR],
    ['data of a stream nobody opened', [data(5, 0, Buffer.alloc(1))], ErrorCode.PROTOCOL_ERROR],
    ['a stream with a number of ours', [headers(2)], ErrorCode.PROTOCOL_ERROR],
    ['headers nobody can read', [headers(1, ENDED, Buffer.from([0xff, 0xff, 0xff]))], ErrorCode.COMPRESSION_ERROR], // prettier-ignore
    ['a frame between headers', [headers(1, 0), data(1, 0, Buffer.alloc(1))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['headers that go on without a begin', [frame(FrameType.CONTINUATION, 0, 1, HEADERS)], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['headers that never end', [headers(1, 0), ...endless], ErrorCode.ENHANCE_YOUR_CALM],
    ['nor begin', [headers(1, 0), ...empty], ErrorCode.ENHANCE_YOUR_CALM],
    ['padding beyond the frame', [headers(1, Flag.END_HEADERS), data(1, Flag.PADDED, Buffer.from([9, 0]))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['a push', [frame(FrameType.PUSH_PROMISE, 0, 1, Buffer.alloc(4))], ErrorCode.PROTOCOL_ERROR],
    ['settings of half a length', [frame(FrameType.SETTINGS, 0, 0, Buffer.alloc(5))], ErrorCode.FRAME_SIZE_ERROR], // prettier-ignore
    ['a ping of half a length', [frame(FrameType.PING, 0, 0, Buffer.alloc(4))], ErrorCode.FRAME_SIZE_ERROR], // prettier-ignore
    ['a priority of half a length', [frame(FrameType.PRIORITY, 0, 1, Buffer.alloc(4))], ErrorCode.FRAME_SIZE_ERROR], // prettier-ignore
    ['a cut of half a length', [frame(FrameType.RST_STREAM, 0, 1, Buffer.alloc(3))], ErrorCode.FRAME_SIZE_ERROR], // prettier-ignore
    ['a cut of the connection', [cut(0)], ErrorCode.PROTOCOL_ERROR],
    ['a cut of a stream nobody opened', [cut(1)], ErrorCode.PROTOCOL_ERROR],
    ['a window of a stream nobody opened', [windowUpdate(1, 1)], ErrorCode.PROTOCOL_ERROR],
    ['a window that grows by nothing', [windowUpdate(0, 0)], ErrorCode.PROTOCOL_ERROR],
    ['a ping of a stream', [frame(FrameType.PING, 0, 1, Buffer.alloc(8))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['settings of a stream', [frame(FrameType.SETTINGS, 0, 1, Buffer.alloc(0))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['a farewell of a stream', [frame(FrameType.GOAWAY, 0, 1, Buffer.alloc(8))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['an acknowledgement that says more', [frame(FrameType.SETTINGS, Flag.ACK, 0, Buffer.alloc(6))], ErrorCode.FRAME_SIZE_ERROR], // prettier-ignore
    ['push that is neither on nor off', [settingsFrame([[2, 2]])], ErrorCode.PROTOCOL_ERROR],
    ['frames that are too small', [settingsFrame([[5, 16_383]])], ErrorCode.PROTOCOL_ERROR],
    ['frames that are too large', [settingsFrame([[5, 2 ** 24]])], ErrorCode.PROTOCOL_ERROR],
    ['a window that is too large', [settingsFrame([[4, 2 ** 31]])], ErrorCode.FLOW_CONTROL_ERROR],
    ['a stream that depends on itself', [frame(FrameType.PRIORITY, 0, 3, Buffer.from([0, 0, 0, 3, 9]))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['headers that depend on themselves', [headers(1, ENDED | Flag.PRIORITY, Buffer.concat([Buffer.from([0, 0, 0, 1, 9]), HEADERS]))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['a stream below the last', [headers(5), headers(3)], ErrorCode.PROTOCOL_ERROR],
    ['a stream a second time', [headers(1, Flag.END_HEADERS), cut(1), headers(1)], ErrorCode.STREAM_CLOSED], // prettier-ignore
    ['a window beyond all', [windowUpdate(0, 0x7fffffff)], ErrorCode.FLOW_CONTROL_ERROR],
    ['streams that we have to cut again and again', refused, ErrorCode.ENHANCE_YOUR_CALM],
    ['streams that are cut again and again', resets, ErrorCode.ENHANCE_YOUR_CALM]
  ])('%s', async (_what, frames, code) => {
    const raw = peer(...frames)
    const { payload } = await raw.next(FrameType.GOAWAY)
    expect(payload.readUInt32BE(4)).toBe(code)
    await raw.closed
    expect(await closings(1)).toEqual([expect.any(Error)])
  })

  test.each<[string, Buffer[], number]>([
    ['headers that make no request', [headers(1, ENDED, BAD)], ErrorCode.PROTOCOL_ERROR],
    ['data after the end', [cut(1), data(1, 0, Buffer.alloc(1))], ErrorCode.STREAM_CLOSED],
    ['trailers that do not end it', [headers(1, Flag.END_HEADERS, END)], ErrorCode.PROTOCOL_ERROR],
    ['trailers with what makes a request', [headers(1)], ErrorCode.PROTOCOL_ERROR],
    ['less than was announced', [data(1, Flag.END_STREAM, Buffer.alloc(3))], ErrorCode.PROTOCOL_ERROR], // prettier-ignore
    ['nothing of what was announced', [headers(1, ENDED, END)], ErrorCode.PROTOCOL_ERROR],
    ['more than was announced', [data(1, 0, Buffer.alloc(5))], ErrorCode.PROTOCOL_ERROR],
    ['a window of a stream that grows by nothing', [windowUpdate(1, 0)], ErrorCode.PROTOCOL_ERROR],
    ['a window of a stream beyond all', [windowUpdate(1, 0x7fffffff)], ErrorCode.FLOW_CONTROL_ERROR]
  ])('%s ends that stream only', async (what, frames, code) => {
    const announced = encodeHeaders({ ...REQUEST, 'content-length': '4' })
    const begin = what.startsWith('headers') ? [] : [headers(1, Flag.END_HEADERS, announced)]
    const raw = peer(...begin, ...frames, headers(3))
    const { streamId, payload } = await raw.next(FrameType.RST_STREAM)
    expect([streamId, payload.readUInt32BE(0)]).toEqual([1, code])
    expect((await raw.next(FrameType.HEADERS)).streamId).toBe(3)
    expect(raw.frames.filter(({ type }) => type === FrameType.GOAWAY)).toEqual([])
  })

  test('what was under way when we cut a stream is let pass', async () => {
    const raw = peer(headers(1, Flag.END_HEADERS))
    const stream = await firstStream()
    stream.reset(ErrorCode.CANCEL)
    await raw.next(FrameType.RST_STREAM)
    const late = [data(1, 0, Buffer.alloc(9)), headers(1, ENDED, END), cut(1), windowUpdate(1, 1)]
    raw.socket.write(Buffer.concat([...late, headers(3)]))
    expect((await raw.next(FrameType.HEADERS)).streamId).toBe(3)
    expect(raw.frames.filter(({ type }) => type === FrameType.RST_STREAM)).toHaveLength(1)
  })

  test('what begins like it and is not', async () => {
    const raw = new RawPeer(connect(port, '127.0.0.1'))
    raw.socket.write('PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n')
    expect((await raw.next(FrameType.GOAWAY)).payload.readUInt32BE(4)).toBe(ErrorCode.PROTOCOL_ERROR) // prettier-ignore
    await raw.closed
  })

  test('more than the window of a stream takes ends that stream only', async () => {
    const block = data(1, 0, Buffer.alloc(16_384))
    const raw = peer(headers(1, Flag.END_HEADERS), headers(3, Flag.END_HEADERS))
    // Its window is opened again as fast as it reads, so no client that obeys gets there.
    const stream = await firstStream()
    stream.receiveWindow = 10_000
    raw.socket.write(Buffer.concat([block, data(3, Flag.END_STREAM, Buffer.from('on'))]))
    const { streamId, payload } = await raw.next(FrameType.RST_STREAM)
    expect([streamId, payload.readUInt32BE(0)]).toEqual([1, ErrorCode.FLOW_CONTROL_ERROR])
    expect(String((await raw.next(FrameType.DATA)).payload)).toBe('on')
  })
})

/** With what so many connections were closed. */
const closings = async (count: number): Promise<(Error | undefined)[]> => {
  while (errors.length < count) await new Promise((resolve) => setImmediate(resolve))
  return errors
}

/** Of the first connection. */
const firstStream = async (): Promise<Http2Stream> => {
  for (;;) {
    const stream = connections[0]?.find(1)
    if (stream) return stream
    await new Promise((resolve) => setImmediate(resolve))
  }
}
