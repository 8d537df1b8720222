/** Alarm rules and what becomes of them: judged every second, with and without a page. */
import { alarmModels, MAX_ALARM_RULES, type AlarmKind } from '../../../shared/alarmModel'
import type { AlarmDraft, AlarmMuteDraft } from '../../../shared/alarmDrafts'
import type {
  AlarmRuleView,
  AlarmsView,
  AlarmTest,
  AlarmUnknownReason
} from '../../../shared/alarmViews'
import { DAY_MS, HOUR_MS, type SeriesRef } from '../../../shared/statisticsModel'
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import type { NodeNotice } from '../../cluster/control'
import { ProblemError } from '../../cluster/problem'
import type { AlarmRuleDoc } from '../../meta/alarmDocs'
import type { Collection } from '../../meta/collection'
import type { Statistics } from '../statistics/statistics'
import { AlarmTrack, isBad } from './alarmTrack'
import type { Firings } from './firings'

interface Deps {
  clock: Pick<RealTime, 'wall' | 'monotonic'>
  docs: Pick<Collection<AlarmRuleDoc>, 'all' | 'put' | 'remove'>
  firings: Firings
  statistics: Pick<Statistics, 'id' | 'current' | 'ticked' | 'watchRules'>
  tell: (notice: NodeNotice) => void
}

/** Until somebody ends it. */
const FOR_EVER = -1

export const refOf = (rule: {
  kind: AlarmKind
  scope: SeriesRef['scope']
  target: string
}): SeriesRef => ({
  metric: alarmModels[rule.kind].metric,
  scope: rule.scope,
  name: rule.target
})

const codeOf = (kind: AlarmKind): string =>
  `ALARM_${kind.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

export class Alarms {
  /** Rules, their states or the firings are others. */
  readonly changed = new Emitter<void>()
  private readonly rules = new Map<number, AlarmRuleDoc>()
  private readonly tracks = new Map<number, AlarmTrack>()
  /** Number of the firing a rule is in. */
  private readonly open = new Map<number, number>()
  private listening: Disposable | undefined
  /** The cluster that was looked at the last time. */
  private judged: string | undefined

  constructor(private readonly deps: Deps) {
    for (const [, rule] of deps.docs.all()) this.rules.set(rule.number, rule)
  }

  /** Firings that had not ended go on with their rules. */
  start(): void {
    const { firings, clock, statistics } = this.deps
    for (const firing of firings.open()) {
      const rule = this.rules.get(firing.rule)
      if (!rule?.enabled || this.open.has(rule.number)) {
        firings.change(firing.number, { end: clock.wall(), ending: 'rule' })
        continue
      }
      this.open.set(rule.number, firing.number)
      this.tracks.set(rule.number, new AlarmTrack(rule, clock.monotonic(), firing.peak))
    }
    this.watch()
    this.listening = statistics.ticked.on(() => this.judge())
  }

  close(): void {
    this.listening?.dispose()
    // The worst value so far is written only when something else of it changes.
    for (const [rule, number] of this.open) {
      const peak = this.tracks.get(rule)?.peak
      if (peak !== undefined && this.deps.firings.get(number)?.peak !== peak)
        this.deps.firings.change(number, { peak })
    }
  }

  list(): AlarmsView {
    const rules = [...this.rules.values()]
      .sort((a, b) => a.number - b.number)
      .map((rule) => this.viewOf(rule))
    return { rules, firing: this.open.size, firings: this.deps.firings.size }
  }

  /** @throws ProblemError ALARM_LIMIT or ALARM_NOT_FOUND. A firing of a rule that is changed ends. */
  async save({ number, ...draft }: AlarmDraft): Promise<AlarmRuleView> {
    const { statistics, docs } = this.deps
    const before = number === undefined ? undefined : this.get(number)
    if (!before && this.rules.size >= MAX_ALARM_RULES)
      throw new ProblemError(
        'ALARM_LIMIT',
        { limit: MAX_ALARM_RULES },
        `there are ${MAX_ALARM_RULES} alarm rules already`
      )
    const rule: AlarmRuleDoc = {
      ...draft,
      number: before?.number ?? Math.max(0, ...this.rules.keys()) + 1,
      mutedUntil: before?.mutedUntil ?? 0,
      source: before?.source ?? statistics.id ?? ''
    }
    this.rules.set(rule.number, rule)
    this.endOf(rule.number)
    this.watch()
    await docs.put(String(rule.number), rule)
    this.changed.emit()
    return this.viewOf(rule)
  }

  async delete(number: number): Promise<void> {
    this.get(number)
    this.rules.delete(number)
    this.endOf(number)
    this.watch()
    await this.deps.docs.remove(String(number))
    this.changed.emit()
  }

  async mute({ number, until }: AlarmMuteDraft): Promise<void> {
    const now = this.deps.clock.wall()
    const ends = { none: 0, hour: now + HOUR_MS, day: now + DAY_MS, ever: FOR_EVER }
    const rule = { ...this.get(number), mutedUntil: Math.round(ends[until]) }
    this.rules.set(number, rule)
    await this.deps.docs.put(String(number), rule)
    this.changed.emit()
  }

  /** Somebody has seen it. Once is enough. */
  acknowledge(number: number): void {
    const { firings, clock } = this.deps
    const firing = firings.get(number)
    if (!firing) throw notFound(number)
    if (firing.acknowledged !== undefined) return
    firings.change(number, { acknowledged: clock.wall() })
    this.changed.emit()
  }

  async test(draft: AlarmDraft): Promise<AlarmTest> {
    const value =
      alarmModels[draft.kind].when === 'grew'
        ? this.grown(draft.number)
        : await this.deps.statistics.current?.sampler.measure(refOf(draft))
    if (value === undefined) return { outcome: 'unknown' }
    return { outcome: isBad(draft, value) ? 'fires' : 'rests', value }
  }

  /** Of a counter nothing is known before it is watched. */
  private grown(number: number | undefined): number {
    return number === undefined ? 0 : (this.tracks.get(number)?.value ?? 0)
  }

  private judge(): void {
    const { clock, statistics } = this.deps
    const { current } = statistics
    const now = clock.monotonic()
    let isChanged = this.judged !== statistics.id
    if (isChanged) {
      this.judged = statistics.id
      for (const track of this.tracks.values()) track.lose(now)
      this.watch()
    }
    for (const rule of this.rules.values()) {
      if (!rule.enabled || rule.source !== statistics.id || !current) continue
      let track = this.tracks.get(rule.number)
      if (!track) this.tracks.set(rule.number, (track = new AlarmTrack(rule, now)))
      const before = track.state
      const change = track.step(current.sampler.reading(refOf(rule)), now)
      if (change === 'begins') this.begin(rule, track)
      if (change === 'ends') this.end(rule, track)
      isChanged ||= track.state !== before || change !== undefined
    }
    if (isChanged) this.changed.emit()
  }

  private begin(rule: AlarmRuleDoc, track: AlarmTrack): void {
    const { clock, firings, tell } = this.deps
    const isMuted = this.isMuted(rule)
    const peak = track.peak ?? 0
    this.open.set(rule.number, firings.begin(rule, Math.round(clock.wall()), peak, isMuted).number)
    if (isMuted) return
    const params = { rule: rule.name, target: this.targetOf(rule), threshold: rule.threshold }
    const detail = `${alarmModels[rule.kind].metric} = ${Math.round(peak * 100) / 100}`
    tell({ level: rule.level, code: codeOf(rule.kind), params: { ...params, detail } })
  }

  private end(rule: AlarmRuleDoc, track: AlarmTrack): void {
    const { clock, firings, tell } = this.deps
    const number = this.open.get(rule.number)
    this.open.delete(rule.number)
    if (number === undefined) return
    const peak = track.peak ?? 0
    const end = Math.round(clock.wall())
    const firing = firings.change(number, { end, ending: 'back', peak })
    if (firing?.muted || this.isMuted(rule)) return
    const params = { rule: rule.name, target: this.targetOf(rule) }
    tell({ level: 'info', code: 'ALARM_ENDED', params })
  }

  /** The rule is another one from now on, or none. */
  private endOf(rule: number): void {
    const number = this.open.get(rule)
    const peak = this.tracks.get(rule)?.peak
    this.tracks.delete(rule)
    this.open.delete(rule)
    if (number === undefined) return
    const end = Math.round(this.deps.clock.wall())
    this.deps.firings.change(number, { end, ending: 'rule', ...(peak !== undefined && { peak }) })
  }

  private watch(): void {
    const { statistics } = this.deps
    const active = [...this.rules.values()].filter(
      ({ enabled, source }) => enabled && source === statistics.id
    )
    statistics.watchRules(active.map(refOf))
  }

  private targetOf({ scope, target }: AlarmRuleDoc): string {
    if (scope !== 'cluster') return target
    return this.deps.statistics.current?.sampler.looks[0]?.broker.cluster ?? ''
  }

  private isMuted({ mutedUntil }: AlarmRuleDoc): boolean {
    return mutedUntil === FOR_EVER || mutedUntil > this.deps.clock.wall()
  }

  private get(number: number): AlarmRuleDoc {
    const rule = this.rules.get(number)
    if (!rule) throw notFound(number)
    return rule
  }

  private viewOf(doc: AlarmRuleDoc): AlarmRuleView {
    const { mutedUntil, source, ...rule } = doc
    const { clock, statistics } = this.deps
    const track = this.tracks.get(rule.number)
    const isElsewhere = source !== statistics.id
    const state = !rule.enabled ? 'off' : isElsewhere || !track ? 'unknown' : track.state
    const reason: AlarmUnknownReason = isElsewhere
      ? 'OTHER_CLUSTER'
      : statistics.current?.sampler.problem === undefined
        ? 'NOT_YET'
        : 'NO_ANSWER'
    const firing = this.open.get(rule.number)
    return {
      ...rule,
      state,
      ...(state === 'unknown' && { reason }),
      ...(track && { since: Math.round(clock.wall() - (clock.monotonic() - track.since)) }),
      ...(track?.value !== undefined && !isElsewhere && { value: track.value }),
      ...(this.isMuted(doc) && { muted: mutedUntil === FOR_EVER ? ('ever' as const) : mutedUntil }),
      ...(firing !== undefined && { firing })
    }
  }
}

const notFound = (number: number): ProblemError =>
  new ProblemError('ALARM_NOT_FOUND', { number }, `there is no alarm ${number} any more`)
