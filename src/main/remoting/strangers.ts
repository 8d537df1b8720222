/** Clients that came to a port that does not speak what they speak: told apart by their first bytes, and reported. */
import type { RealTime } from '../base/clock'
import type { Log } from '../base/log'
import { MAX_FRAME_BYTES } from '../protocol/frame'

export type StrangerProtocol = 'grpc' | 'tls' | 'remoting' | 'http' | 'unknown'

export interface Stranger {
  protocol: StrangerProtocol
  /** Of the client, `host:port`. */
  remoteAddress: string
  /** Where it knocked. */
  port: number
}

export type OnStranger = (stranger: Stranger) => void

const HTTP2_PREFACE = 'PRI '
const TLS_HANDSHAKE = 0x16
const HTTP1_METHODS = ['GET ', 'POST', 'PUT ', 'HEAD', 'OPTI', 'DELE', 'PATC', 'TRAC', 'CONN']
/** So many bytes tell. */
const TELLING_BYTES = 4
/** Shortest frame: the word of its header's length, and a header in one of the two forms. */
const MIN_FRAME_BYTES = 4

/** Of the first bytes of a connection; undefined: too few to tell. */
export const protocolOf = (bytes: Buffer): StrangerProtocol | undefined => {
  if (bytes[0] === TLS_HANDSHAKE) return 'tls'
  if (bytes.length < TELLING_BYTES) return undefined
  const text = bytes.toString('latin1', 0, TELLING_BYTES)
  if (text === HTTP2_PREFACE) return 'grpc'
  if (HTTP1_METHODS.includes(text)) return 'http'
  const length = bytes.readInt32BE(0)
  return length >= MIN_FRAME_BYTES && length <= MAX_FRAME_BYTES ? 'remoting' : 'unknown'
}

/** One of a kind and host is reported in this time. */
export const REPORT_PERIOD_MS = 60_000
/** Kinds and hosts that are remembered; beyond it the oldest is forgotten, and may be reported again. */
const MAX_REMEMBERED = 1000

interface Deps {
  clock: RealTime
  log: Log
  /** What the log says. */
  describe: (stranger: Stranger) => string
  onStranger: OnStranger | undefined
}

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'))

export class Strangers {
  private readonly reportedAt = new Map<string, number>()

  constructor(private readonly deps: Deps) {}

  seen(stranger: Stranger): void {
    const key = `${stranger.protocol} ${hostOf(stranger.remoteAddress)}`
    const now = this.deps.clock.monotonic()
    const last = this.reportedAt.get(key)
    if (last !== undefined && now - last < REPORT_PERIOD_MS) return
    this.reportedAt.delete(key)
    const [oldest] = this.reportedAt.keys()
    if (oldest !== undefined && this.reportedAt.size >= MAX_REMEMBERED)
      this.reportedAt.delete(oldest)
    this.reportedAt.set(key, now)
    this.deps.log.warn(this.deps.describe(stranger))
    this.deps.onStranger?.(stranger)
  }
}
