/** Times of the protocol, seconds and nanoseconds, as milliseconds. */
import type { Duration, Maybe, Timestamp } from '../v2/messages'

const NANOS_PER_MS = 1_000_000

/** Undefined where it is absent. */
export const millisOf = (time: Maybe<Timestamp>): number | undefined =>
  time ? (time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / NANOS_PER_MS) : undefined

export const timestamp = (ms: number): Timestamp => {
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: Math.round((ms - seconds * 1000) * NANOS_PER_MS) }
}

export const duration: (ms: number) => Duration = timestamp
