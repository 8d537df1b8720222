/** One queue, read from one end of a range to the other, a chunk at a time. */
import type { MessageSummary } from '../../../shared/views'
import type { Pulled } from '../../admin/searchAdmin'
import type { MessageExt } from '../../client/messageExt'
import { messageSummary } from '../messageView'
import type { Verdict } from './messageFilter'

/** Offsets one chunk spans; brokers give 32 messages a pull. */
export const CHUNK_OFFSETS = 32
/** Most offsets a chunk spans where the broker leaves out what has not the tag. */
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
  /** The broker leaves out what it need not send: chunks may span more. */
  isFiltered: boolean
  pull: (offset: number, limit: number) => Promise<Pulled>
  judge: (messages: readonly MessageExt[]) => Verdict[]
  onUntested: (count: number) => void
}

export class QueueScan {
  /** Oldest first: where the next chunk begins; newest first: all from here on was read. */
  private position: number
  private span = CHUNK_OFFSETS
  private chunk: Looked[] = []
  private at = 0
  private loading: Promise<void> | undefined

  constructor(private readonly options: QueueScanOptions) {
    const { from, to, direction } = options
    this.position = direction === 'newestFirst' ? Math.max(from, to) : from
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
  fill(): Promise<void> {
    if (this.head !== undefined || this.isRead) return Promise.resolve()
    this.loading ??= this.load().finally(() => {
      this.loading = undefined
    })
    return this.loading
  }

  private get isRead(): boolean {
    const { from, to, direction } = this.options
    return direction === 'newestFirst' ? this.position <= from : this.position >= to
  }

  private async load(): Promise<void> {
    while (this.head === undefined && !this.isRead) {
      const isDown = this.options.direction === 'newestFirst'
      const messages = await (isDown ? this.readDown() : this.readUp())
      const verdicts = this.options.judge(messages)
      this.options.onUntested(verdicts.filter((verdict) => verdict === 'untested').length)
      this.chunk = messages.map((message, i): Looked => {
        const { queueOffset, storeTimestamp } = message
        const looked = { queueOffset, storeTimestamp }
        return verdicts[i] === 'match' ? { ...looked, summary: messageSummary(message) } : looked
      })
      this.at = 0
    }
  }

  private async readUp(): Promise<MessageExt[]> {
    const { pull, to } = this.options
    const { messages, nextOffset } = await pull(this.position, Math.min(CHUNK_OFFSETS, to - this.position)) // prettier-ignore
    // An answer that does not move on would be asked for for ever; what is left of the queue is gone or not there.
    this.position = nextOffset > this.position ? nextOffset : to
    return messages.filter(({ queueOffset }) => queueOffset < to)
  }

  private async readDown(): Promise<MessageExt[]> {
    const { pull, from, isFiltered } = this.options
    const below = this.position
    const start = Math.max(from, below - this.span)
    const messages: MessageExt[] = []
    for (let offset = start; offset < below;) {
      const pulled = await pull(offset, Math.min(CHUNK_OFFSETS, below - offset))
      messages.push(...pulled.messages.filter(({ queueOffset }) => queueOffset < below))
      if (pulled.nextOffset <= offset) break
      offset = pulled.nextOffset
    }
    this.position = start
    if (isFiltered) this.adapt(messages.length)
    return messages.reverse()
  }

  /** As many offsets as bring about one pull's worth of messages. */
  private adapt(found: number): void {
    if (found < CHUNK_OFFSETS / 2) this.span = Math.min(this.span * 4, MAX_TAGGED_OFFSETS)
    else if (found > CHUNK_OFFSETS * 2) this.span = Math.max(this.span / 4, CHUNK_OFFSETS)
  }
}
