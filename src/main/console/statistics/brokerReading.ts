/** What a broker's runtime information (28) says in numbers; keys are RocketMQ's, and older brokers lack some. */
import type { BrokerStatistics } from '../../../shared/statisticsViews'
import type { BrokerRef } from '../../admin/adminCall'
import { figuresOf } from '../brokers'

export interface BrokerReading {
  broker: BrokerRef
  /** Since it counts; the number itself means nothing, its growth does. */
  produced: number
  consumed: number
  failed: number
  putP50?: number
  putP99?: number
  putP999?: number
  disk?: number
  version: string
  /** ms since the epoch; 0 where it does not tell. */
  startedAt: number
  days: Pick<
    BrokerStatistics,
    'producedToday' | 'producedYesterday' | 'consumedToday' | 'consumedYesterday'
  >
}

const numberIn = (stats: ReadonlyMap<string, string>, name: string): number | undefined => {
  const text = stats.get(name)
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** `[<=0ms]:5 [0~10ms]:2 [500ms~1s]:0 [10s~]:0`: a row's upper border in ms; the last has none and counts as its lower. */
const borderOf = (label: string): number | undefined => {
  const ends = [...label.matchAll(/(\d+)(ms|s)?/g)]
  const last = ends.at(-1)
  if (!last) return undefined
  return Number(last[1]) * (last[2] === 's' ? 1000 : 1)
}

/** Half of the sends of the last minute took no longer, as far as rows can tell; undefined without sends. */
export const medianOf = (distribution: string | undefined): number | undefined => {
  const rows = [...(distribution ?? '').matchAll(/\[([^\]]{1,20})\]:(\d{1,15})/g)].map(
    ([, label = '', count]) => ({ border: borderOf(label), count: Number(count) })
  )
  const total = rows.reduce((sum, { count }) => sum + count, 0)
  let passed = 0
  for (const { border, count } of rows) {
    passed += count
    if (count > 0 && passed * 2 >= total) return border
  }
  return undefined
}

export const readBroker = (
  broker: BrokerRef,
  stats: ReadonlyMap<string, string>
): BrokerReading => {
  const { version, producedToday, producedYesterday, consumedToday, consumedYesterday } =
    figuresOf(stats)
  const putP50 = medianOf(stats.get('putMessageDistributeTime'))
  // Nothing was sent: the percentiles are 0 then, which is no time.
  const p99 = putP50 === undefined ? undefined : numberIn(stats, 'putLatency99')
  const p999 = putP50 === undefined ? undefined : numberIn(stats, 'putLatency999')
  const ratio = numberIn(stats, 'commitLogDiskRatio')
  return {
    broker,
    version,
    produced: numberIn(stats, 'msgPutTotalTodayNow') ?? 0,
    consumed: numberIn(stats, 'msgGetTotalTodayNow') ?? 0,
    failed: numberIn(stats, 'putMessageFailedTimes') ?? 0,
    startedAt: numberIn(stats, 'bootTimestamp') ?? 0,
    days: { producedToday, producedYesterday, consumedToday, consumedYesterday },
    ...(putP50 !== undefined && { putP50 }),
    ...(p99 !== undefined && { putP99: p99 }),
    ...(p999 !== undefined && { putP999: p999 }),
    ...(ratio !== undefined && { disk: ratio * 100 })
  }
}
