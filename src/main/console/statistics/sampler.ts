/** Measures the cluster in use, with and without a page, by what any RocketMQ answers to administration tools. */
import {
  seriesAges,
  TOP_COUNT,
  type MetricName,
  type ScopeKind,
  type SeriesRef
} from '../../../shared/statisticsModel'
import type { StatisticsNames } from '../../../shared/statisticsViews'
import type { Admin } from '../../admin/admin'
import { sleep, type RealTime } from '../../base/clock'
import { Disposables } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import { RemotingError } from '../../protocol/remotingCommand'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { dlqTopicOf } from '../../protocol/topicNames'
import { BrokerLooks, type BrokerLook } from './brokerLooks'
import type { History } from './history'
import { Latest } from './latest'
import { busiest, limits, lookAtAll, type LookAtAll } from './lookAtAll'
import { consumedByBroker, lagOf, QueueSums, type ByBroker } from './queueSums'
import { Rates } from './rates'
import { keyOf, seriesKey } from './seriesKey'
import { Watched, type WatchedThing } from './watched'

export const TICK_MS = 1000
/** The first look at everything comes this soon after a start, so that a page is not empty for a minute. */
const FIRST_LOOK_MS = 5000
/** While somebody looks at the rankings; otherwise once a minute. */
const VIEWED_LOOK_MS = 10_000
/** A page asks again sooner than that. */
const VIEWED_FOR_MS = 5000
/** Two looks of one question are no further apart. */
const MEASURE_MS = 10_000

export type SampledAdmin = Pick<
  Admin,
  | 'listBrokers'
  | 'fetchBrokerRuntimeStats'
  | 'fetchConsumeStatsOfMasters'
  | 'getTopicConfigOfMasters'
  | 'examineTopicStats'
  | 'examineConsumeStats'
  | 'examineConsumerConnectionInfo'
>

interface Deps {
  clock: RealTime
  admin: SampledAdmin
  history: Pick<History, 'add'>
  /** Of this process; undefined where the cluster is elsewhere. */
  memoryBytes: () => number | undefined
}

const BROKER_METRICS = [
  'produce',
  'consume',
  'errors',
  'putP50',
  'putP99',
  'putP999',
  'disk'
] as const
const SUMMED = ['produce', 'consume', 'errors'] as const
const WORST = ['putP50', 'putP99', 'putP999', 'disk'] as const

export class Sampler {
  /** A second has passed and its values are there. */
  readonly ticked = new Emitter<void>()
  readonly watched: Watched
  /** Why the last look failed; undefined once one succeeded. */
  problem: unknown
  private readonly rates = new Rates()
  private readonly latest = new Latest()
  private readonly brokers: BrokerLooks
  private readonly disposables = new Disposables()
  private isLookingAtWatched = false
  private isLookingAtAll = false
  /** Monotonic. */
  private lookedAtAll: number
  private viewedUntil = -Infinity
  private turn = 0
  private counted: Pick<LookAtAll, 'knownTopics' | 'knownGroups'> & {
    topics: string[]
    groups: string[]
  } = {
    ...{ knownTopics: 0, knownGroups: 0 },
    ...{ topics: [], groups: [] }
  }

  constructor(private readonly deps: Deps) {
    const { clock } = deps
    this.watched = new Watched(clock)
    this.lookedAtAll = clock.monotonic() + FIRST_LOOK_MS - seriesAges.lookMs
    this.brokers = new BrokerLooks({
      ...{ clock, rates: this.rates },
      onProblem: (error) => (this.problem = error),
      onAnswer: (look) => this.onBroker(look)
    })
  }

  start(): void {
    this.disposables.add(this.deps.clock.every(TICK_MS, () => this.tick()))
  }

  stop(): void {
    this.disposables.dispose()
  }

  get looks(): readonly BrokerLook[] {
    return [...this.brokers.looks.values()]
  }

  get coverage(): {
    topics: { kept: number; known: number }
    groups: { kept: number; known: number }
  } {
    const { knownTopics, knownGroups, topics, groups } = this.counted
    return {
      topics: { kept: topics.length, known: knownTopics },
      groups: { kept: groups.length, known: knownGroups }
    }
  }

  /** Somebody looks at what is first. */
  view(): void {
    this.viewedUntil = this.deps.clock.monotonic() + VIEWED_FOR_MS
  }

  names(): StatisticsNames {
    const { topics, groups } = this.counted
    const brokers = this.looks.map(({ id }) => id).sort()
    return { brokers, topics: [...topics].sort(), groups: [...groups].sort() }
  }

  /** Undefined where it was not measured lately. */
  reading(ref: SeriesRef): number | undefined {
    return this.latest.get(keyOf(ref), this.deps.clock.monotonic())
  }

  /** As `reading`; what nobody watches is asked for now, a rate twice. */
  async measure(ref: SeriesRef): Promise<number | undefined> {
    const { scope, name, metric } = ref
    const known = this.reading(ref)
    if (known !== undefined || (scope !== 'topic' && scope !== 'group')) return known
    const thing: WatchedThing = { scope, name, metrics: new Set([metric]) }
    for (let looks = 0; looks < 2; looks++) {
      if (looks > 0) await sleep(this.deps.clock, TICK_MS)
      const values = await this.lookAt(thing, MEASURE_MS)
      const value = new Map(values).get(keyOf(ref))
      if (value !== undefined) return value
    }
    return undefined
  }

  top(metric: MetricName, scope: ScopeKind) {
    return this.latest.top(metric, scope, TOP_COUNT, this.deps.clock.monotonic())
  }

  private tick(): void {
    const now = this.deps.clock.monotonic()
    this.brokers.tick(this.deps.admin)
    this.sumUp()
    if (!this.isLookingAtWatched) void this.lookAtWatched()
    const everyMs = now <= this.viewedUntil ? VIEWED_LOOK_MS : seriesAges.lookMs
    if (now - this.lookedAtAll >= everyMs && !this.isLookingAtAll) void this.lookAtAll()
    this.ticked.emit()
  }

  private record(
    values: readonly (readonly [key: string, value: number])[],
    validMs: number,
    everySecond: boolean
  ): void {
    const { clock, history } = this.deps
    const until = clock.monotonic() + validMs
    for (const [key, value] of values) this.latest.set(key, value, until)
    history.add(clock.wall(), values, everySecond)
  }

  private onBroker(look: BrokerLook): void {
    this.problem = undefined
    const values = BROKER_METRICS.flatMap((metric) => {
      const value = look[metric]
      return value === undefined ? [] : [[seriesKey(metric, 'broker', look.id), value] as const]
    })
    this.record(values, seriesAges.secondMs, true)
  }

  /** The cluster is what its brokers come to. */
  private sumUp(): void {
    const looks = this.brokers.fresh()
    const valuesOf = (metric: (typeof BROKER_METRICS)[number]): number[] =>
      looks.flatMap((look) => look[metric] ?? [])
    const values: [string, number][] = []
    const put = (metric: MetricName, parts: readonly number[], value: number): void => {
      if (parts.length > 0) values.push([seriesKey(metric, 'cluster'), value])
    }
    for (const metric of SUMMED) {
      const parts = valuesOf(metric)
      put(
        metric,
        parts,
        parts.reduce((sum, part) => sum + part, 0)
      )
    }
    for (const metric of WORST) {
      const parts = valuesOf(metric)
      put(metric, parts, Math.max(...parts))
    }
    const memory = this.deps.memoryBytes()
    if (memory !== undefined) put('memory', [memory], memory)
    this.record(values, seriesAges.secondMs, true)
  }

  private async lookAtWatched(): Promise<void> {
    this.isLookingAtWatched = true
    const { things, turns } = this.watched.next()
    const validMs = seriesAges.secondMs + turns * TICK_MS
    try {
      await Promise.all(
        things.map(async (thing) => {
          const values = await this.lookAt(thing, validMs).catch((error: unknown) => {
            this.problem = error
            return []
          })
          this.record(values, validMs, true)
        })
      )
    } finally {
      this.isLookingAtWatched = false
    }
  }

  private async lookAt(
    { scope, name, metrics }: WatchedThing,
    validMs: number
  ): Promise<[string, number][]> {
    const { admin } = this.deps
    const values: [string, number][] = []
    const put = (metric: MetricName, value: number | undefined): void => {
      if (value !== undefined) values.push([seriesKey(metric, scope, name), value])
    }
    if (scope === 'topic') {
      const sums = new QueueSums()
      const { answers } = await admin.examineTopicStats(name)
      for (const { value } of answers)
        for (const { queue, maxOffset } of value)
          sums.add(queue.brokerName, queue.queueId, maxOffset)
      put('produce', this.rateOf(`topic ${name}`, sums.byBroker(), validMs))
      return values
    }
    if (metrics.has('lag') || metrics.has('consume')) {
      const { offsets, isPartial } = await admin.examineConsumeStats(name)
      put('consume', this.rateOf(`group ${name}`, consumedByBroker(offsets), validMs))
      if (!isPartial) put('lag', lagOf(offsets))
    }
    if (metrics.has('members')) {
      const connection = await admin.examineConsumerConnectionInfo(name)
      if (!connection?.isPartial) put('members', connection?.connections.length ?? 0)
    }
    if (metrics.has('deadLetters')) put('deadLetters', await this.deadLettersOf(name))
    return values
  }

  /** Undefined where a broker did not answer; 0 before the first. */
  private async deadLettersOf(group: string): Promise<number | undefined> {
    try {
      const { answers, failures } = await this.deps.admin.examineTopicStats(dlqTopicOf(group))
      if (failures.length > 0) return undefined
      return answers
        .flatMap(({ value }) => value)
        .reduce((sum, { maxOffset }) => sum + maxOffset, 0)
    } catch (error) {
      if (error instanceof RemotingError && error.code === ResponseCode.TOPIC_NOT_EXIST) return 0
      throw error
    }
  }

  private rateOf(key: string, counters: ByBroker, maxAgeMs: number): number | undefined {
    const at = this.deps.clock.monotonic()
    const rates = [...counters].flatMap(
      ([broker, counter]) => this.rates.rate(`${broker} ${key}`, counter, at, maxAgeMs) ?? []
    )
    return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0)
  }

  private async lookAtAll(): Promise<void> {
    this.isLookingAtAll = true
    this.lookedAtAll = this.deps.clock.monotonic()
    try {
      this.keepAll(await lookAtAll(this.deps.admin, this.turn++))
    } catch (error) {
      this.problem = error
    } finally {
      this.isLookingAtAll = false
    }
  }

  private keepAll(look: LookAtAll): void {
    const validMs = seriesAges.minuteMs + (look.turns - 1) * seriesAges.lookMs
    const rates = (kind: 'topic' | 'group', counters: Iterable<[string, ByBroker]>) =>
      new Map(
        [...counters].map(([name, sums]) => [
          name,
          this.rateOf(`all ${kind} ${name}`, sums, validMs)
        ])
      )
    const produced = rates('topic', look.topics)
    const consumed = rates(
      'group',
      [...look.groups].map(([name, { consumed }]) => [name, consumed])
    )
    const topics = busiest(produced, (name) => produced.get(name) ?? 0, limits.topics)
    const groups = busiest(
      look.groups,
      (name) => (consumed.get(name) ?? 0) + (look.groups.get(name)?.lag ?? 0),
      limits.groups
    )
    const values: [string, number][] = []
    const put = (
      metric: MetricName,
      scope: ScopeKind,
      name: string,
      value: number | undefined
    ): void => {
      if (value !== undefined) values.push([seriesKey(metric, scope, name), value])
    }
    for (const [name, rate] of topics) put('produce', 'topic', name, rate)
    for (const [name, { lag }] of groups) {
      put('consume', 'group', name, consumed.get(name))
      put('lag', 'group', name, lag)
      put('deadLetters', 'group', name, look.deadLetters.get(name))
    }
    const lags = [...look.groups.values()].map(({ lag }) => lag)
    if (lags.every((lag) => lag !== undefined))
      put(
        'lag',
        'cluster',
        '',
        lags.reduce<number>((sum, lag) => sum + (lag ?? 0), 0)
      )
    if (look.isWhole)
      put(
        'deadLetters',
        'cluster',
        '',
        [...look.deadLetters.values()].reduce((a, b) => a + b, 0)
      )
    this.counted = {
      knownTopics: look.knownTopics,
      knownGroups: look.knownGroups,
      topics: topics.map(([name]) => name),
      groups: groups.map(([name]) => name)
    }
    this.record(values, validMs, false)
  }
}
