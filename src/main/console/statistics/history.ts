/** What was measured of one cluster: seconds make minutes, minutes make hours. */
import {
  HOUR_MS,
  KEPT_HOURS,
  KEPT_MINUTES,
  KEPT_SECONDS,
  MAX_SERIES,
  metrics,
  MINUTE_MS,
  SECOND_MS,
  type SeriesRef
} from '../../../shared/statisticsModel'
import type { SeriesView } from '../../../shared/statisticsViews'
import { Level } from './level'
import { isSlow, keyOf, readSeriesKey } from './seriesKey'
import { Span } from './span'

export type KeptLevel = 'minutes' | 'hours'
export type Values = readonly (readonly [key: string, value: number])[]

/** Where finished minutes and hours go; never throws. */
export interface HistoryKeeper {
  keep(level: KeptLevel, slot: number, values: Values): void
}

/** Looks come once a second, but not on the second: so many empty seconds in a row are none. */
const JITTER_SECONDS = 2
const SPARE_MS = 5000

export class History {
  private readonly seconds = new Level(SECOND_MS, KEPT_SECONDS)
  private readonly minutes = new Level(MINUTE_MS, KEPT_MINUTES)
  private readonly hours = new Level(HOUR_MS, KEPT_HOURS)
  private readonly minute = new Span()
  private readonly hour = new Span()
  private readonly refs = new Map<string, SeriesRef>()
  private readonly refused = new Set<string>()

  constructor(private readonly keeper: HistoryKeeper) {}

  get size(): number {
    return this.refs.size
  }

  /** Series that found no room since it was opened; counted up to `MAX_SERIES`. */
  get leftOut(): number {
    return this.refused.size
  }

  /** `everySecond`: they come once a second; others count for their minute only. */
  add(at: number, values: Values, everySecond: boolean): void {
    this.turnTo(at)
    const second = this.seconds.slotOf(at)
    for (const [key, value] of values) {
      const ref = this.admit(key)
      if (!ref || !Number.isFinite(value)) continue
      if (everySecond) this.seconds.set(second, key, value)
      this.minute.add(key, value, metrics[ref.metric].whole)
    }
  }

  /** Of a file; hours that are not in it are made of its minutes afterwards, by `settle`. */
  restore(level: KeptLevel, slot: number, values: Values): void {
    for (const [key, value] of values) if (this.admit(key)) this[level].set(slot, key, value)
  }

  /** After all was restored. */
  settle(now: number): void {
    const last = this.minutes.slotOf(now)
    for (let slot = last - KEPT_MINUTES + 1; slot <= last; slot++) {
      if (!this.minutes.has(slot) || this.hours.has(Math.floor(slot / 60))) continue
      const values = [...this.refs.keys()].flatMap((key) => {
        const value = this.minutes.get(slot, key)
        return value === undefined ? [] : [[key, value] as const]
      })
      this.toHour(slot, values)
    }
    this.hour.slot ??= this.hours.slotOf(now)
  }

  /** Ends the minute under way; the hour is made of its minutes when it is opened again. */
  close(): void {
    this.endMinute()
  }

  /** The finest grid that reaches back to `from`. */
  read(refs: readonly SeriesRef[], from: number, to: number, now: number): SeriesView {
    const level = this.levelFor(from, to, now)
    const first = level.slotOf(from)
    const last = Math.min(level.slotOf(Math.min(to, now)), first + level.capacity - 1)
    const slots = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
    const series = refs.map((ref) => ({ ref, values: this.valuesOf(level, keyOf(ref), slots) }))
    return { from: first * level.periodMs, stepMs: level.periodMs, series }
  }

  private levelFor(from: number, to: number, now: number): Level {
    // With some seconds to spare: "the last ten minutes" was said a moment ago.
    const reaches = ({ periodMs, capacity }: Level): boolean =>
      from >= now - periodMs * capacity - SPARE_MS && to - from <= periodMs * capacity
    if (reaches(this.seconds)) return this.seconds
    return reaches(this.minutes) ? this.minutes : this.hours
  }

  private valuesOf(level: Level, key: string, slots: readonly number[]): (number | null)[] {
    const ref = this.refs.get(key)
    if (!ref) return slots.map(() => null)
    if (level !== this.seconds) return slots.map((slot) => this.valueAt(level, slot, key) ?? null)
    let missing = 0
    let before: number | undefined
    return slots.map((slot) => {
      const value = level.get(slot, key)
      if (value !== undefined) {
        missing = 0
        return (before = value)
      }
      if (++missing <= JITTER_SECONDS && before !== undefined) return before
      before = undefined
      return isSlow(ref) ? (this.minuteAround(slot, key) ?? null) : null
    })
  }

  /** What was looked at once a minute is as it was until it is looked at again. */
  private minuteAround(second: number, key: string): number | undefined {
    const slot = Math.floor(second / 60)
    return this.valueAt(this.minutes, slot, key) ?? this.valueAt(this.minutes, slot - 1, key)
  }

  /** The minute and the hour under way count with what they have. */
  private valueAt(level: Level, slot: number, key: string): number | undefined {
    const span = level === this.minutes ? this.minute : this.hour
    return level.get(slot, key) ?? (span.slot === slot ? span.get(key) : undefined)
  }

  private admit(key: string): SeriesRef | undefined {
    const known = this.refs.get(key)
    if (known) return known
    const ref = readSeriesKey(key)
    if (!ref) return undefined
    if (this.refs.size >= MAX_SERIES) {
      if (this.refused.size < MAX_SERIES) this.refused.add(key)
      return undefined
    }
    this.refs.set(key, ref)
    return ref
  }

  private turnTo(at: number): void {
    const slot = this.minutes.slotOf(at)
    if (this.minute.slot === slot) return
    this.endMinute()
    this.minute.slot = slot
  }

  private endMinute(): void {
    const { slot } = this.minute
    const values = this.minute.take()
    if (slot === undefined || values.length === 0) return
    for (const [key, value] of values) this.minutes.set(slot, key, value)
    this.keeper.keep('minutes', slot, values)
    this.toHour(slot, values)
  }

  private toHour(minute: number, values: Values): void {
    const slot = Math.floor(minute / 60)
    if (this.hour.slot !== slot) {
      this.endHour()
      this.hour.slot = slot
    }
    for (const [key, value] of values) {
      const ref = this.refs.get(key)
      if (ref) this.hour.add(key, value, metrics[ref.metric].whole)
    }
  }

  private endHour(): void {
    const { slot } = this.hour
    const values = this.hour.take()
    if (slot === undefined || values.length === 0) return
    for (const [key, value] of values) this.hours.set(slot, key, value)
    this.keeper.keep('hours', slot, values)
    this.forget(slot)
  }

  /** Series nothing was heard of in thirty days. */
  private forget(hour: number): void {
    for (const key of [...this.refs.keys()]) {
      if (!this.hours.isEmptySince(hour - KEPT_HOURS + 1, key)) continue
      if (!this.minutes.isEmptySince((hour + 1) * 60 - KEPT_MINUTES, key)) continue
      this.refs.delete(key)
      for (const level of [this.seconds, this.minutes, this.hours]) level.drop(key)
    }
    this.refused.clear()
  }
}
