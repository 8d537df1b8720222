/**
 * As much of HTTP/2 as a load needs, over one plain socket: Node's own client costs more than the proxy it should measure.
 * Header names and values are sent once and by their index from then on, as gRPC clients do; what the server says in its
 * headers is not read: how a call went stands in its messages.
 */
import { connect, type Socket } from 'node:net'

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const FRAME_HEADER_BYTES = 9
const Type = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, GOAWAY: 7, WINDOW_UPDATE: 8 } as const // prettier-ignore
const END_STREAM = 1
const ACK = 1
const END_HEADERS = 4
const INITIAL_WINDOW_SIZE = 4
const MAX_WINDOW = 2 ** 31 - 1
const DEFAULT_WINDOW = 65_535

const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = type
  bytes[4] = flags
  bytes.writeUInt32BE(stream, 5)
  payload.copy(bytes, FRAME_HEADER_BYTES)
  return bytes
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Shorter than 127 bytes, never Huffman. */
const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]) // prettier-ignore

/** Static table: POST, http, and the names `:path` and `:authority`. */
const METHOD_AND_SCHEME = Buffer.from([0x83, 0x86])
const PATH_NAME = 4
const INCREMENTAL = 0x40
const FIRST_DYNAMIC = 0x80 | 62

interface Call {
  onData(chunk: Buffer): void
  onEnd(): void
}

export class Http2Client {
  private readonly calls = new Map<number, Call>()
  private rest: Buffer = Buffer.alloc(0)
  private lastStream = -1
  /** Of the connection; the server says when there is room again. */
  private window = DEFAULT_WINDOW
  private readonly held: { bytes: Buffer; size: number }[] = []
  private out: Buffer[] = []
  private isReading = false
  private readonly introduction: Buffer
  private readonly indexed: Buffer

  private constructor(
    private readonly socket: Socket,
    headers: Readonly<Record<string, string>>
  ) {
    const all = Object.entries(headers)
    this.introduction = Buffer.concat(all.flatMap(([name, value]) => [Buffer.from([INCREMENTAL]), text(name), text(value)])) // prettier-ignore
    // The newest entry has the lowest index.
    this.indexed = Buffer.from(all.map((_, i) => FIRST_DYNAMIC + all.length - 1 - i))
    const settings = Buffer.concat([Buffer.from([0, INITIAL_WINDOW_SIZE]), uint32(MAX_WINDOW)])
    socket.write(
      Buffer.concat([
        Buffer.from(PREFACE),
        frame(Type.SETTINGS, 0, 0, settings),
        frame(Type.WINDOW_UPDATE, 0, 0, uint32(MAX_WINDOW - DEFAULT_WINDOW))
      ])
    )
    socket.on('data', (chunk) => this.read(chunk))
  }

  /** `headers` go with every call. */
  static open(port: number, headers: Readonly<Record<string, string>>): Promise<Http2Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('connect', () => resolve(new Http2Client(socket, headers)))
      socket.once('error', reject)
    })
  }

  /** @param path its HPACK form, from `pathBlock`. */
  call(path: Buffer, request: Buffer, call: Call): void {
    const stream = (this.lastStream += 2)
    this.calls.set(stream, call)
    const block = stream === 1 ? this.introduction : this.indexed
    const headers = Buffer.concat([METHOD_AND_SCHEME, path, block])
    const bytes = Buffer.concat([
      frame(Type.HEADERS, END_HEADERS, stream, headers),
      frame(Type.DATA, END_STREAM, stream, request)
    ])
    if (this.held.length > 0 || this.window < request.length)
      this.held.push({ bytes, size: request.length })
    else this.send(bytes, request.length)
  }

  destroy(): void {
    this.socket.destroy()
  }

  private send(bytes: Buffer, size: number): void {
    this.window -= size
    this.out.push(bytes)
    if (!this.isReading) this.flush()
  }

  private flush(): void {
    if (this.out.length > 0) this.socket.write(Buffer.concat(this.out))
    this.out = []
  }

  private read(chunk: Buffer): void {
    this.isReading = true
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    while (data.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + data.readUIntBE(0, 3)
      if (data.length < end) break
      this.take(data[3]!, data[4]!, data.readUInt32BE(5) & MAX_WINDOW, data.subarray(FRAME_HEADER_BYTES, end)) // prettier-ignore
      data = data.subarray(end)
    }
    this.rest = data
    this.isReading = false
    this.flush()
  }

  private take(type: number, flags: number, stream: number, payload: Buffer): void {
    const call = this.calls.get(stream)
    if (type === Type.DATA) call?.onData(payload)
    else if (type === Type.SETTINGS && !(flags & ACK))
      this.out.push(frame(Type.SETTINGS, ACK, 0, Buffer.alloc(0)))
    else if (type === Type.PING && !(flags & ACK)) this.out.push(frame(Type.PING, ACK, 0, payload))
    else if (type === Type.GOAWAY)
      throw new Error(`the server said GOAWAY, ${payload.readUInt32BE(4)}`) // prettier-ignore
    else if (type === Type.WINDOW_UPDATE && stream === 0) {
      this.window += payload.readUInt32BE(0)
      while (this.held[0] && this.held[0].size <= this.window) {
        const { bytes, size } = this.held.shift()!
        this.send(bytes, size)
      }
    }
    const isLast = (type === Type.DATA || type === Type.HEADERS) && (flags & END_STREAM) !== 0
    if (call && (isLast || type === Type.RST_STREAM)) {
      this.calls.delete(stream)
      call.onEnd()
    }
  }
}

export const pathBlock = (path: string): Buffer =>
  Buffer.concat([Buffer.from([PATH_NAME]), text(path)])
