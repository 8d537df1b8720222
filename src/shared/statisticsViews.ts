/** What the Statistics page sees. */
import type { SeriesRef } from './statisticsModel'
import type { Problem } from './views'

/** A broker as itself counts; sums are of its own day, which begins at its midnight. */
export interface BrokerStatistics {
  /** `broker-a:0`. */
  id: string
  cluster: string
  address: string
  version: string
  /** Messages per second; absent until it was asked twice. */
  produce?: number
  consume?: number
  putP99?: number
  disk?: number
  producedToday: number
  producedYesterday: number
  consumedToday: number
  consumedYesterday: number
  /** It started today: a RocketMQ broker counts anew with each start. */
  startedToday: boolean
}

export interface RankedName {
  name: string
  value: number
}

export interface StatisticsView {
  /** Of the engine, ms since the epoch. */
  at: number
  cluster: {
    produce?: number
    consume?: number
    lag?: number
    errors?: number
    putP99?: number
    deadLetters?: number
    memory?: number
  }
  brokers: BrokerStatistics[]
  /** Busiest first, ten at most. */
  topTopics: RankedName[]
  topGroups: RankedName[]
  topLag: RankedName[]
  /** Of how many a history is kept; beyond the limits the busiest. */
  topics: { kept: number; known: number }
  groups: { kept: number; known: number }
  /** Series that found no room. */
  leftOut: number
  /** Why nothing new is known. */
  problem?: Problem
}

/** One grid for all lines; null where nothing was measured. */
export interface SeriesView {
  /** Of the first value, ms since the epoch. */
  from: number
  stepMs: number
  series: { ref: SeriesRef; values: (number | null)[] }[]
}

export interface StatisticsNames {
  brokers: string[]
  topics: string[]
  groups: string[]
}
