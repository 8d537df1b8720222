/**
 * One connection whose bytes a fault can hold back, either way, without its owner's doing: the socket's own stream
 * methods are replaced while a fault is set, and only then.
 */
import type { Socket } from 'node:net'
import type { RealTime } from './clock'
import { FaultyGate, type GateEffect } from './faultyGate'
import type { Random } from './random'

/** Bytes a cut line takes from the peer; the rest waits in the kernel, and then at the peer. */
const CUT_INBOUND_BYTES = 64 * 1024
/** Bytes under way on a slow line, each way; then it takes no more until some have arrived. */
const DELAYED_BYTES = 8 * 1024 * 1024

export interface LineEffects {
  inbound: GateEffect | undefined
  outbound: GateEffect | undefined
}

type Callback = (error?: Error | null) => void
type Chunks = { chunk: Buffer | string; encoding: BufferEncoding }[]

/** What Node's streams call the encoding of a chunk that is a buffer; not among its types. */
const BUFFER = 'buffer' as BufferEncoding

/** The methods of a stream that faults replace; none of them is the instance's own otherwise. */
interface Replaced {
  push?: Socket['push']
  _write?: Socket['_write']
  _writev?: (chunks: Chunks, callback: Callback) => void
  _final?: Socket['_final']
  _destroy?: Socket['_destroy']
}

/** Of `Socket.prototype`, whatever the instance has. */
const original = (socket: Socket): Required<Replaced> =>
  Object.getPrototypeOf(socket) as Required<Replaced>

const bufferOf = (chunk: Buffer | string, encoding: BufferEncoding): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk

const writeNow = (socket: Socket, chunks: Chunks, callback: Callback): void => {
  const [first] = chunks
  if (chunks.length === 1 && first)
    original(socket)._write.call(socket, first.chunk, first.encoding, callback)
  else original(socket)._writev.call(socket, chunks, callback)
}

export class FaultyLine {
  private readonly inbound: FaultyGate
  private readonly outbound: FaultyGate
  /** It was closed here while it was cut: the peer hears of it when the cut ends. */
  private closing: (() => void) | undefined

  constructor(
    readonly socket: Socket,
    clock: RealTime,
    random: Pick<Random, 'int'>
  ) {
    this.inbound = new FaultyGate({ clock, random, onIdle: () => this.freeInbound() })
    this.outbound = new FaultyGate({ clock, random, onIdle: () => this.freeOutbound() })
  }

  set({ inbound, outbound }: LineEffects): void {
    if (inbound !== undefined) this.takeInbound()
    if (outbound !== undefined) this.takeOutbound()
    this.inbound.set(inbound)
    this.outbound.set(outbound)
    if (outbound !== 'cut') this.closing?.()
  }

  /** It is closed here, but its peer has not been told. */
  get isOpenToPeer(): boolean {
    return this.closing !== undefined
  }

  private get replaced(): Replaced {
    return this.socket
  }

  private takeInbound(): void {
    const { socket, inbound } = this
    this.replaced.push = (chunk: Buffer | null) => {
      inbound.push(chunk?.length ?? 0, (done) => {
        if (!socket.destroyed) {
          original(socket).push.call(socket, chunk)
          if (chunk === null) socket.read(0)
        }
        done()
      })
      return inbound.bytes < (inbound.isCut ? CUT_INBOUND_BYTES : DELAYED_BYTES)
    }
  }

  private freeInbound(): void {
    delete this.replaced.push
  }

  private takeOutbound(): void {
    const { socket } = this
    const replaced = this.replaced
    replaced._write = (chunk: Buffer | string, encoding: BufferEncoding, callback: Callback) =>
      this.write([{ chunk, encoding }], callback)
    replaced._writev = (chunks, callback) => this.write(chunks, callback)
    replaced._final = (callback) =>
      this.outbound.push(0, (done) => {
        original(socket)._final.call(socket, callback)
        done()
      })
    replaced._destroy = (error, callback) => {
      if (this.outbound.isCut) this.closeHereOnly(error, callback)
      else original(socket)._destroy.call(socket, error, callback)
      this.inbound.dispose()
      this.outbound.dispose()
    }
  }

  private closeHereOnly(error: Error | null, callback: Callback): void {
    const { socket } = this
    this.closing = () => {
      this.closing = undefined
      // Its owner has been told already.
      socket.removeAllListeners('close')
      original(socket)._destroy.call(socket, null, () => undefined)
    }
    callback(error)
    // A socket tells of its end when its handle is closed, which this one's is not.
    process.nextTick(() => socket.emit('close', error !== null))
  }

  private freeOutbound(): void {
    const replaced = this.replaced
    delete replaced._write
    delete replaced._writev
    delete replaced._final
    delete replaced._destroy
  }

  /** A slow line has taken what is under way on it; a cut one has taken nothing. */
  private write(chunks: Chunks, callback: Callback): void {
    const { socket, outbound } = this
    const bytes = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0)
    const isTaken = !outbound.isCut && outbound.bytes + bytes <= DELAYED_BYTES
    // Its owner may use its buffers again once they are taken.
    const sent = isTaken
      ? Buffer.concat(chunks.map(({ chunk, encoding }) => bufferOf(chunk, encoding)))
      : undefined
    outbound.push(bytes, (done) =>
      writeNow(socket, sent ? [{ chunk: sent, encoding: BUFFER }] : chunks, (error) => {
        if (!isTaken) callback(error)
        else if (error) socket.destroy(error)
        done()
      })
    )
    if (isTaken) process.nextTick(callback)
  }
}
