/** One queue, read from one end of a range to the other, a chunk ahead of whoever takes from it. */
import type { MessageSummary } from '../../../shared/views'
import type { Pulled } from '../../admin/searchAdmin'
import { messageSummary } from '../messageView'
import type { Candidate } from './candidate'
import type { Verdict } from './messageFilter'

/** Offsets of one pull; brokers give 32 messages at most. */
export const PULL_OFFSETS = 32
/** Pulls of one chunk, made at the same time. */
const PULLS_PER_CHUNK = 4
/** Offsets the first chunk spans where the broker leaves out what has not the tag, and the most later ones do. */
const FIRST_TAGGED_OFFSETS = 2048
const MAX_TAGGED_OFFSETS = 8192

export type Direction = 'newestFirst' | 'oldestFirst'

export interface Looked {
  queueOffset: number
  storeTimestamp: number
  /** Absent: it does not match. */
  summary?: MessageSummary
}

export interface QueueScanOptions {
  from: number
  /** Not itself. */
  to: number
  direction: Direction
  /** The broker leaves out what it need not send: chunks span more, and are one pull after the other. */
  isFiltered: boolean
  pull: (offset: number, limit: number) => Promise<Pulled<Candidate>>
  judge: (candidates: readonly Candidate[]) => Verdict[]
  onUntested: (count: number) => void
}

interface Chunk {
  looked: Looked[]
  /** Where the next one begins or, newest first, ends. */
  position: number
}

export class QueueScan {
  /** Oldest first: all before it was read; newest first: all from it on. */
  private position: number
  private span: number
  private chunk: readonly Looked[] = []
  private at = 0
  private ahead: Promise<Chunk> | undefined

  constructor(private readonly options: QueueScanOptions) {
    const { from, to, direction, isFiltered } = options
    this.position = direction === 'newestFirst' ? Math.max(from, to) : from
    this.span = isFiltered ? FIRST_TAGGED_OFFSETS : PULL_OFFSETS * PULLS_PER_CHUNK
  }

  /** What comes next; undefined before `fill` and at the end. */
  get head(): Looked | undefined {
    return this.chunk[this.at]
  }

  get isDone(): boolean {
    return this.head === undefined && this.isRead
  }

  /** Offsets passed; messages read ahead do not count yet. */
  get scanned(): number {
    const { from, to, direction } = this.options
    const head = this.head?.queueOffset
    if (direction === 'newestFirst')
      return Math.max(from, to) - (head === undefined ? this.position : head + 1)
    return (head ?? this.position) - from
  }

  take(): Looked | undefined {
    return this.chunk[this.at++]
  }

  /** Until there is a head or the end. What fails may be tried again: nothing has moved. */
  async fill(): Promise<void> {
    while (this.head === undefined && !this.isRead) {
      const reading = this.ahead ?? this.read()
      this.ahead = undefined
      const { looked, position } = await reading
      this.chunk = looked
      this.at = 0
      this.position = position
      if (this.isRead) return
      this.ahead = this.read()
      // Whoever waits for it hears of it; nobody may wait any more.
      this.ahead.catch(() => undefined)
    }
  }

  private get isRead(): boolean {
    const { from, to, direction } = this.options
    return direction === 'newestFirst' ? this.position <= from : this.position >= to
  }

  private async read(): Promise<Chunk> {
    const { from, to, direction, isFiltered, judge } = this.options
    const isDown = direction === 'newestFirst'
    const begin = isDown ? Math.max(from, this.position - this.span) : this.position
    const end = isDown ? this.position : Math.min(to, this.position + this.span)
    const candidates = isFiltered ? await this.readRun(begin, end) : await this.readSide(begin, end)
    if (isDown) candidates.reverse()
    if (isFiltered) this.adapt(candidates.length)
    const verdicts = judge(candidates)
    this.options.onUntested(verdicts.filter((verdict) => verdict === 'untested').length)
    const looked = candidates.map((candidate, i): Looked => {
      const { queueOffset, storeTimestamp } = candidate
      const place = { queueOffset, storeTimestamp }
      return verdicts[i] === 'match'
        ? { ...place, summary: messageSummary(candidate.message) }
        : place
    })
    return { looked, position: isDown ? begin : end }
  }

  /** Pulls side by side. */
  private async readSide(begin: number, end: number): Promise<Candidate[]> {
    const runs: Promise<Candidate[]>[] = []
    for (let at = begin; at < end; at += PULL_OFFSETS)
      runs.push(this.readRun(at, Math.min(end, at + PULL_OFFSETS)))
    return (await Promise.all(runs)).flat()
  }

  /** Pull after pull: an answer may hold less than was asked for, and need not begin where it was asked to. */
  private async readRun(begin: number, end: number): Promise<Candidate[]> {
    const found: Candidate[] = []
    for (let offset = begin; offset < end;) {
      const limit = Math.min(PULL_OFFSETS, end - offset)
      const { messages, nextOffset } = await this.options.pull(offset, limit)
      found.push(...messages.filter(({ queueOffset }) => queueOffset < end))
      // It would be asked for for ever: what is left is gone or not there.
      if (nextOffset <= offset) break
      offset = nextOffset
    }
    return found
  }

  /** As many offsets as bring about one pull's worth of messages. */
  private adapt(found: number): void {
    if (found < PULL_OFFSETS / 2) this.span = Math.min(this.span * 2, MAX_TAGGED_OFFSETS)
    else if (found > PULL_OFFSETS * 4) this.span = Math.max(this.span / 4, PULL_OFFSETS)
  }
}
