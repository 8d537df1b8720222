import type { Clock } from '../base/clock'
import { Disposables, toDisposable, type Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { KvDoc } from '../meta/brokerMeta'
import type { Collection } from '../meta/collection'

const KEPT_KEY = 'brokerStats'

/** Totals are written this often while they grow; a kill loses what was counted since. */
export const STATS_SAVE_MS = 60_000

interface DayTotals {
  /** Days since 1970-01-01 by the local calendar. */
  day: number
  /** Messages stored and handed out since this broker exists, without those of system topics. */
  put: number
  get: number
  /** What they were at the last two midnights. */
  putTodayMorning: number
  putYesterdayMorning: number
  getTodayMorning: number
  getYesterdayMorning: number
}

interface Deps {
  /** Days follow the messages' time; what they were is written on the machine's. */
  clock: Pick<Clock, 'now' | 'after' | 'real'>
  log: Log
  kv: Pick<Collection<KvDoc>, 'get' | 'put'>
}

const dayOf = (now: number): number => {
  const date = new Date(now)
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
}

/** Milliseconds to the next local midnight. */
const untilMidnight = (now: number): number => {
  const date = new Date(now)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - now
}

const empty = (day: number): DayTotals => ({
  day,
  put: 0,
  get: 0,
  putTodayMorning: 0,
  putYesterdayMorning: 0,
  getTodayMorning: 0,
  getYesterdayMorning: 0
})

/** What passes each day, also over restarts: RocketMQ begins at nothing then. Java: BrokerStats. */
export class BrokerStats {
  private readonly values: DayTotals
  private saved: string
  private readonly disposables = new Disposables()
  private midnight: Disposable | undefined

  constructor(private readonly deps: Deps) {
    this.saved = deps.kv.get(KEPT_KEY)?.value ?? ''
    this.values = read(this.saved, dayOf(deps.clock.now()))
    this.turnDay()
  }

  get totals(): Readonly<DayTotals> {
    return this.values
  }

  start(): Disposable {
    const { real } = this.deps.clock
    this.awaitMidnight()
    this.disposables.add(toDisposable(() => this.midnight?.dispose()))
    this.disposables.add(real.every(STATS_SAVE_MS, () => void this.save()))
    return this.disposables
  }

  incPut(messages: number): void {
    this.values.put += messages
  }

  incGet(messages: number): void {
    this.values.get += messages
  }

  async stop(): Promise<void> {
    this.disposables.dispose()
    await this.save()
  }

  private awaitMidnight(): void {
    const { clock } = this.deps
    this.midnight = clock.after(untilMidnight(clock.now()), () => {
      this.turnDay()
      this.awaitMidnight()
    })
  }

  /** Java: record. After a day without this broker, nothing passed yesterday. */
  private turnDay(): void {
    const { values } = this
    const today = dayOf(this.deps.clock.now())
    if (today === values.day) return
    const wasYesterday = today === values.day + 1
    values.day = today
    values.putYesterdayMorning = wasYesterday ? values.putTodayMorning : values.put
    values.getYesterdayMorning = wasYesterday ? values.getTodayMorning : values.get
    values.putTodayMorning = values.put
    values.getTodayMorning = values.get
  }

  private async save(): Promise<void> {
    const text = JSON.stringify(this.values)
    if (text === this.saved) return
    try {
      await this.deps.kv.put(KEPT_KEY, { value: text })
      this.saved = text
    } catch (error) {
      this.deps.log.error("the day's message counts were not kept; trying again", error)
    }
  }
}

/** What was kept, or nothing where it cannot be read: counts are not worth a failed start. */
const read = (text: string, today: number): DayTotals => {
  const values = empty(today)
  let kept: unknown
  try {
    kept = JSON.parse(text)
  } catch {
    return values
  }
  if (typeof kept !== 'object' || kept === null) return values
  const entries = new Map<string, unknown>(Object.entries(kept))
  for (const key of Object.keys(values) as (keyof DayTotals)[]) {
    const value = entries.get(key)
    if (!Number.isSafeInteger(value)) return empty(today)
    values[key] = value as number
  }
  return values
}
