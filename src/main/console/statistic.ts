/** What the Statistics page asks for. */
import type { Handlers } from '../../shared/contract'
import type { MetricName } from '../../shared/statisticsModel'
import type { BrokerStatistics, StatisticsView } from '../../shared/statisticsViews'
import type { Problem } from '../../shared/views'
import type { RealTime } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import type { BrokerLook } from './statistics/brokerLooks'
import type { Statistics } from './statistics/statistics'

interface Deps {
  clock: Pick<RealTime, 'wall'>
  statistics: Pick<Statistics, 'current'>
  toProblem: (error: unknown) => Problem
}

const CLUSTER_NOW = [
  'produce',
  'consume',
  'lag',
  'errors',
  'putP99',
  'deadLetters',
  'memory'
] as const

const brokerView = (look: BrokerLook, midnight: number): BrokerStatistics => {
  const { id, broker, version, days, startedAt, produce, consume, putP99, disk } = look
  return {
    ...{ id, cluster: broker.cluster, address: broker.address, version },
    ...days,
    startedToday: startedAt > midnight,
    ...(produce !== undefined && { produce }),
    ...(consume !== undefined && { consume }),
    ...(putP99 !== undefined && { putP99 }),
    ...(disk !== undefined && { disk })
  }
}

export const statisticHandlers = ({ clock, statistics, toProblem }: Deps) => {
  const running = () => {
    const { current } = statistics
    if (!current) throw new ProblemError('STOPPING', {}, 'the console is being closed')
    return current
  }
  const view = (): StatisticsView => {
    const { sampler, history } = running()
    sampler.view()
    const at = clock.wall()
    const midnight = new Date(at).setHours(0, 0, 0, 0)
    const reading = (metric: MetricName) => sampler.reading({ metric, scope: 'cluster', name: '' })
    const { problem } = sampler
    return {
      at,
      cluster: Object.fromEntries(
        CLUSTER_NOW.flatMap((metric) => {
          const value = reading(metric)
          return value === undefined ? [] : [[metric, value]]
        })
      ),
      brokers: sampler.looks
        .map((look) => brokerView(look, midnight))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      topTopics: sampler.top('produce', 'topic'),
      topGroups: sampler.top('consume', 'group'),
      topLag: sampler.top('lag', 'group'),
      ...sampler.coverage,
      leftOut: history.leftOut,
      ...(problem !== undefined && { problem: toProblem(problem) })
    }
  }
  return {
    'statistics.view': view,
    'statistics.names': () => running().sampler.names(),
    'statistics.series': ({ series, time, live }) => {
      const { sampler, history } = running()
      if (live) sampler.watched.watch(series)
      const now = clock.wall()
      const [from, to] = 'lastMs' in time ? [now - time.lastMs, now] : [time.from, time.to]
      return history.read(series, from, to, now)
    }
  } satisfies Partial<Handlers>
}
