/** Things that go wrong on purpose: what the window submits and sees. */
import { z } from 'zod'
import type { NodeState } from './views'
import {
  MAX_CLOCK_SKEW_MS,
  MAX_DISK_DELAY_MS,
  MAX_DISK_ROOM_BYTES,
  MAX_LINK_DELAY_MS
} from './faultLimits'

const node = z.string().min(1).max(255)
const diskDelay = z.int().min(0).max(MAX_DISK_DELAY_MS).default(0)
const linkDelay = z.int().min(0).max(MAX_LINK_DELAY_MS)

/** Everybody who is none of the cluster's nodes; the console too. */
export const CLIENTS = 'clients'

export const FaultDraft = z.discriminatedUnion('kind', [
  /** Ended like kill -9; undone by starting it. */
  z.strictObject({ kind: z.literal('kill'), node }),
  /** Its sockets stay open, nobody answers. */
  z.strictObject({ kind: z.literal('freeze'), node }),
  z.strictObject({
    kind: z.literal('link'),
    /** A node, or `clients`. */
    from: node,
    to: node,
    /** `cut`: bytes are held, sockets stay open; `refuse`: connections are closed and refused; `delay`. */
    effect: z.enum(['cut', 'refuse', 'delay']),
    /** `forth`: only what goes from `from` to `to`. A refused link is refused whole. */
    direction: z.enum(['both', 'forth', 'back']).default('both'),
    /** Each way, give or take `jitterMs`; for `delay`. */
    delayMs: linkDelay.default(0),
    jitterMs: linkDelay.default(0)
  }),
  z.strictObject({
    kind: z.literal('slowDisk'),
    node,
    /** Added to each call, in ms. */
    readMs: diskDelay,
    writeMs: diskDelay,
    flushMs: diskDelay
  }),
  /** Writes fail with ENOSPC once so many bytes more are stored. */
  z.strictObject({
    kind: z.literal('fullDisk'),
    node,
    roomBytes: z.int().min(0).max(MAX_DISK_ROOM_BYTES).default(0)
  }),
  /** Writes and flushes fail with EIO, reads too where asked. */
  z.strictObject({ kind: z.literal('failingDisk'), node, reads: z.boolean().default(false) }),
  /** On top of the cluster's clock. Set back, its clock stands still until time has come up with it. */
  z.strictObject({
    kind: z.literal('clockSkew'),
    node,
    offsetMs: z.int().min(-MAX_CLOCK_SKEW_MS).max(MAX_CLOCK_SKEW_MS)
  })
])
export type FaultDraft = z.infer<typeof FaultDraft>
export type FaultDraftInput = z.input<typeof FaultDraft>
export type FaultKind = FaultDraft['kind']

export const FaultRef = z.strictObject({ id: z.string().min(1).max(64) })
export type FaultRef = z.infer<typeof FaultRef>

/** A fault that is set. */
export interface FaultView {
  id: string
  /** Milliseconds since the epoch, of the machine's clock. */
  since: number
  fault: FaultDraft
}

/** What happened, for the line below the chart; `at` is the machine's clock. */
export type FaultEvent = { at: number } & (
  | { kind: 'set' | 'cleared'; fault: FaultDraft }
  | { kind: 'node'; node: string; state: NodeState | 'frozen' }
  /** What a nameserver tells of the brokers changed; `brokers` are `name:id`. */
  | { kind: 'routes'; nameserver: string; brokers: string[] }
)

/** How sends ended, as the client was told. */
export interface SeenSends {
  ok: number
  /** By the name of the answer's code, TIMEOUT or CLOSED. */
  failed: Record<string, number>
  /** Of those that ended well, the slowest, in ms; absent without one. */
  slowestMs?: number
}

/** One second as clients saw it. */
export interface SeenPoint {
  at: number
  /** A producer with default settings that may go to any broker: what an application is told. */
  sends: SeenSends
  /** Delivered to a consumer group with default settings. */
  received: number
  /** One attempt at each broker by itself, no second one. */
  brokers: Record<string, SeenSends>
}

export interface FaultHistory {
  /** Oldest first, at most `capacity`; gaps where nobody looked. */
  points: SeenPoint[]
  events: FaultEvent[]
  capacity: number
}
