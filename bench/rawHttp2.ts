/**
 * As much of an HTTP/2 client as the load needs, on a bare socket, as the remoting load has one: node:http2 costs a caller
 * several times what it measures. It knows no HPACK but its own constant headers; a stream's end says that it is done.
 */
import { connect, type Socket } from 'node:net'

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const HEADER_BYTES = 9
const DATA = 0
const HEADERS = 1
const RST_STREAM = 3
const SETTINGS = 4
const PING = 6
const GOAWAY = 7
const WINDOW_UPDATE = 8
const END_STREAM = 1
const ACK = 1
const END_HEADERS = 4
const INITIAL_WINDOW_SIZE = 4
const MAX_WINDOW = 2 ** 31 - 1
const DEFAULT_WINDOW = 65_535
/** Room is given back when so much of it was used. */
const REFILL_BYTES = 2 ** 28

const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(HEADER_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const uint32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i))
  return bytes
}

/** An HPACK string of fewer than 127 bytes, without Huffman's code. */
const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])

/** Literals that no table remembers: the same bytes for every call. */
export const headerBlock = (headers: Record<string, string>): Buffer =>
  Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)])
  )

interface Call {
  onData: (chunk: Buffer) => void
  onEnd: (isWhole: boolean) => void
}

export class RawHttp2 {
  private readonly calls = new Map<number, Call>()
  private rest: Buffer = Buffer.alloc(0)
  private out: Buffer[] = []
  private nextStream = 1
  private received = 0
  private window = DEFAULT_WINDOW
  /** Requests for which the server has no room yet. */
  private readonly waiting: Buffer[] = []

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => this.onChunk(chunk))
    const settings = Buffer.alloc(6)
    settings.writeUInt16BE(INITIAL_WINDOW_SIZE, 0)
    settings.writeUInt32BE(MAX_WINDOW, 2)
    socket.write(PREFACE)
    socket.write(frame(SETTINGS, 0, 0, settings))
    socket.write(frame(WINDOW_UPDATE, 0, 0, uint32(MAX_WINDOW - DEFAULT_WINDOW)))
  }

  static open(port: number): Promise<RawHttp2> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('connect', () => resolve(new RawHttp2(socket)))
      socket.once('error', reject)
    })
  }

  /** @param request a whole gRPC request of less than a frame's 16,384 bytes. */
  call(headers: Buffer, request: Buffer, call: Call): void {
    const stream = this.nextStream
    this.nextStream += 2
    this.calls.set(stream, call)
    this.send(frame(HEADERS, END_HEADERS, stream, headers))
    const data = frame(DATA, END_STREAM, stream, request)
    if (this.waiting.length > 0 || this.window < request.length) this.waiting.push(data)
    else this.sendData(data)
  }

  destroy(): void {
    this.socket.destroy()
  }

  private sendData(data: Buffer): void {
    this.window -= data.length - HEADER_BYTES
    this.send(data)
  }

  /** All of a turn in one write. */
  private send(bytes: Buffer): void {
    if (this.out.length === 0) setImmediate(() => this.flush())
    this.out.push(bytes)
  }

  private flush(): void {
    if (this.out.length > 0) this.socket.write(Buffer.concat(this.out))
    this.out = []
  }

  private onChunk(chunk: Buffer): void {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    while (data.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + data.readUIntBE(0, 3)
      if (data.length < end) break
      this.onFrame(data[3]!, data[4]!, data.readUInt32BE(5), data.subarray(HEADER_BYTES, end))
      data = data.subarray(end)
    }
    this.rest = data
    this.flush()
  }

  private onFrame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === DATA) this.onData(stream, payload)
    if ((type === DATA || type === HEADERS) && (flags & END_STREAM) !== 0) this.done(stream, true)
    else if (type === RST_STREAM) this.done(stream, false)
    else if (type === SETTINGS && (flags & ACK) === 0)
      this.send(frame(SETTINGS, ACK, 0, Buffer.alloc(0)))
    else if (type === PING && (flags & ACK) === 0) this.send(frame(PING, ACK, 0, payload))
    else if (type === WINDOW_UPDATE && stream === 0) this.onRoom(payload.readUInt32BE(0))
    else if (type === GOAWAY) for (const open of [...this.calls.keys()]) this.done(open, false)
  }

  private onData(stream: number, payload: Buffer): void {
    this.received += payload.length
    if (this.received > REFILL_BYTES) {
      this.send(frame(WINDOW_UPDATE, 0, 0, uint32(this.received)))
      this.received = 0
    }
    this.calls.get(stream)?.onData(payload)
  }

  private onRoom(bytes: number): void {
    this.window += bytes
    while (this.waiting.length > 0 && this.window >= this.waiting[0]!.length)
      this.sendData(this.waiting.shift()!)
  }

  private done(stream: number, isWhole: boolean): void {
    const call = this.calls.get(stream)
    this.calls.delete(stream)
    call?.onEnd(isWhole)
  }
}
