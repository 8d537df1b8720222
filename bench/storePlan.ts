/** How long and how much; what every part of `--only store` is told. */
import { brokerProperties } from '../src/main/broker/brokerConfig'

export interface StorePlan {
  isQuick: boolean
  rounds: number
  seconds: number
  /** Messages of the large store. */
  messages: number
  /** The large store, filled at the first call. Nobody uses its folder between two parts. */
  fill(): Promise<Filled>
}

export interface Filled {
  data: string
  messages: number
  /** Messages per second while filling. */
  rate: number
  /** Megabytes of the whole process. */
  residentAtStart: number
  residentFull: number
  residentIdle: number
}

export const BODY_BYTES = 1024
/** Queues of the large topic. */
export const QUEUES = 8
export const LARGE_PREFIX = 'BenchMillion'

/** Goals are judged here so that all tables read alike. */
export const verdict = (isReached: boolean): string => (isReached ? 'reached' : 'MISSED')

/** Room for a large log, in whatever version: quotas raised as far as they go, nothing expires. */
export const ROOMY: readonly string[] = brokerProperties.flatMap(({ key, max }) => {
  if (/quota/i.test(key)) return ['--set', `${key}=${Math.min(max ?? Infinity, 2 ** 36)}`]
  if (key === 'fileReservedTime') return ['--set', `${key}=${Math.min(max ?? Infinity, 8760)}`]
  return []
})
