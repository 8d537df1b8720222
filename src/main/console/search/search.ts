/** One search: what it found so far, and how far it is. It moves only while somebody asks it to. */
import { MAX_MATCHES, MAX_PAGE_BODY_BYTES, MAX_SLOW_BODIES } from '../../../shared/messageLimits'
import type { SearchDraft } from '../../../shared/messageDrafts'
import type { FoundDetails, FoundPage, SearchView } from '../../../shared/searchViews'
import type { MessageSummary } from '../../../shared/views'
import { inParallel } from '../../admin/adminCall'
import type { Admin } from '../../admin/admin'
import type { Pulled, QueueToScan } from '../../admin/searchAdmin'
import type { RealTime } from '../../base/clock'
import type { MessageExt } from '../../client/messageExt'
import { ProblemError } from '../../cluster/problem'
import { messageDetail, messageSummary } from '../messageView'
import { searchIndex, type IndexAdmin } from './indexSearch'
import { messageFilter, tagExpression } from './messageFilter'
import { candidateOf, type Candidate } from './candidate'
import { PULL_OFFSETS, QueueScan } from './queueScan'
import { Slots } from './slots'
import { nextFound } from './scan'

/** Time one step of a scan takes, in milliseconds; then the window hears how far it is. */
export const STEP_MS = 150
/** Matches one step brings at most. */
export const STEP_MATCHES = 500
/** The first step ends with so many, so that something is on screen at once. */
export const FIRST_MATCHES = 20
/** Pulls under way at once; a broker gives some hundred kilobytes a pull. */
const PULLS_AT_ONCE = 16
/** Summaries kept beside the places of all matches; older ones are read again when they are asked for. */
const MAX_KEPT_SUMMARIES = 1000

/** Whole messages read before their bytes are counted. */
const DETAILS_AT_ONCE = 8

export type SearchAdmin = IndexAdmin &
  Pick<Admin, 'queuesToScan' | 'offsetsOfTime' | 'pullToLook' | 'browse'>

interface Deps {
  admin: SearchAdmin
  clock: Pick<RealTime, 'monotonic'>
}

type Place = Pick<MessageSummary, 'topic' | 'brokerName' | 'queueId' | 'queueOffset'>

const placeOf = ({ topic, brokerName, queueId, queueOffset }: Place): Place => ({
  topic,
  brokerName,
  queueId,
  queueOffset
})

interface Range {
  queue: QueueToScan
  from: number
  to: number
}

export class Search {
  private readonly places: Place[] = []
  private readonly kept = new Map<number, MessageSummary>()
  private ranges: Range[] = []
  private scans: QueueScan[] = []
  private readonly slots = new Slots(PULLS_AT_ONCE)
  private untested = 0
  private missingBrokers: string[] = []
  private elsewhere = 0
  private isCut = false
  private isDone = false
  private step: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly deps: Deps,
    readonly id: string,
    private readonly draft: SearchDraft
  ) {}

  /** Empty for an id looked for in every topic. */
  get topic(): string {
    return this.draft.topic ?? ''
  }

  get matched(): number {
    return this.places.length
  }

  private get via(): SearchView['via'] {
    return this.draft.id === undefined && this.draft.key === undefined ? 'scan' : 'index'
  }

  /** Settles what is to be read, or asks the index. @throws ProblemError INVALID_INPUT without a topic. */
  async start(): Promise<void> {
    if (this.via === 'index') return this.askIndex()
    const { topic, queues: only, direction } = this.draft
    if (topic === undefined)
      throw new ProblemError('INVALID_INPUT', { field: 'topic' }, 'a search without an id needs a topic') // prettier-ignore
    const { queues, missingBrokers } = await this.deps.admin.queuesToScan(topic)
    this.missingBrokers = missingBrokers
    const wanted = queues.filter(
      ({ brokerName, queueId }) =>
        only.length === 0 ||
        only.some((queue) => queue.brokerName === brokerName && queue.queueId === queueId)
    )
    this.ranges = await this.rangesOf(wanted)
    const tag = tagExpression(this.draft.tag)
    const judge = messageFilter(this.draft)
    this.scans = this.ranges.map(
      ({ queue, from, to }) =>
        new QueueScan({
          ...{ from, to, direction, judge, isFiltered: tag !== undefined },
          pull: (offset, limit) => this.pull(queue, offset, limit, tag),
          onUntested: (count) => (this.untested += count)
        })
    )
  }

  /** Goes on until something is worth telling. */
  next(): Promise<SearchView> {
    // One step at a time, whoever asks: a failed one does not hold up the next.
    const step = this.step.then(
      () => this.advance(),
      () => this.advance()
    )
    this.step = step
    return step
  }

  view(): SearchView {
    const queues = this.ranges.map(({ queue, from, to }, i) => ({
      ...{ brokerName: queue.brokerName, queueId: queue.queueId, from, to },
      scanned: this.scans[i]?.scanned ?? 0
    }))
    const scanned = queues.reduce((sum, queue) => sum + queue.scanned, 0)
    const total = queues.reduce((sum, { from, to }) => sum + to - from, 0)
    const { id: searchId, via, matched, isDone, isCut, untested, missingBrokers, elsewhere } = this
    return {
      ...{ searchId, via, direction: this.draft.direction, matched, isDone, isCut, untested },
      ...{ missingBrokers, elsewhere, queues },
      ...(via === 'index'
        ? { scanned: matched, remaining: 0 }
        : { scanned, remaining: total - scanned })
    }
  }

  async page(from: number, limit: number): Promise<FoundPage> {
    const asked = this.places.slice(from, from + limit)
    const missing = asked.flatMap((place, i) => (this.kept.has(from + i) ? [] : [place]))
    const read = await this.read(missing)
    const messages = asked.map((place, i) => {
      const kept = this.kept.get(from + i)
      if (kept) return kept
      const message = read.get(place)
      return message ? messageSummary(message) : null
    })
    return { from, messages }
  }

  async details(from: number, limit: number): Promise<FoundDetails> {
    const messages: FoundDetails['messages'] = []
    let bytes = 0
    const asked = this.places.slice(from, from + limit)
    for (let at = 0; at < asked.length && bytes < MAX_PAGE_BODY_BYTES; at += DETAILS_AT_ONCE) {
      const places = asked.slice(at, at + DETAILS_AT_ONCE)
      const read = await this.read(places)
      for (const place of places) {
        const message = read.get(place)
        messages.push(message ? messageDetail(message) : null)
        bytes += message?.body.length ?? 0
      }
    }
    return { from, messages }
  }

  /** What was found so far, whole, oldest first. */
  found(): AsyncGenerator<MessageExt> {
    const places = [...this.places]
    return this.readAll(this.draft.direction === 'newestFirst' ? places.reverse() : places)
  }

  /** What it finds to its end, whole, in the order of the search. */
  async *toItsEnd(): AsyncGenerator<MessageExt> {
    for (let at = 0; ;) {
      const places = this.places.slice(at)
      yield* this.readAll(places)
      at += places.length
      if (this.isDone && at >= this.places.length) return
      if (!this.isDone) await this.next()
    }
  }

  private async *readAll(places: readonly Place[]): AsyncGenerator<MessageExt> {
    for (let at = 0; at < places.length; at += PULL_OFFSETS) {
      const chunk = places.slice(at, at + PULL_OFFSETS)
      const read = await this.read(chunk)
      for (const place of chunk) {
        const message = read.get(place)
        if (message) yield message
      }
    }
  }

  private async pull(
    queue: QueueToScan,
    offset: number,
    limit: number,
    tag: string | undefined
  ): Promise<Pulled<Candidate>> {
    const { admin } = this.deps
    const pulled = await this.slots.run(() => admin.pullToLook(queue, offset, limit, tag))
    const { brokerName } = queue
    return { ...pulled, messages: pulled.messages.map((one) => candidateOf(one, brokerName)) }
  }

  private async askIndex(): Promise<void> {
    const found = await searchIndex(this.deps.admin, this.draft)
    for (const message of found.messages) this.keep(messageSummary(message))
    this.untested = found.untested
    this.isCut = found.isCut
    this.missingBrokers = found.missingBrokers
    this.elsewhere = found.elsewhere
    this.isDone = true
  }

  private async rangesOf(queues: readonly QueueToScan[]): Promise<Range[]> {
    const { begin, end, fromOffset = 0, toOffset = Infinity } = this.draft
    const outcomes = await inParallel(queues, async (queue): Promise<Range> => {
      const isEmpty = queue.maxOffset <= queue.minOffset
      const range = isEmpty
        ? { from: queue.minOffset, to: queue.minOffset }
        : await this.deps.admin.offsetsOfTime(queue, begin, end)
      const from = Math.max(range.from, fromOffset)
      return { queue, from, to: Math.max(from, Math.min(range.to, toOffset + 1)) }
    })
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value
    })
  }

  private async advance(): Promise<SearchView> {
    const { clock } = this.deps
    const until = clock.monotonic() + STEP_MS
    const step = this.matched < FIRST_MATCHES ? FIRST_MATCHES : STEP_MATCHES
    const most = Math.min(this.matched + step, MAX_MATCHES)
    let isInTime = true
    const mayGoOn = () => (isInTime = clock.monotonic() < until && this.untested < MAX_SLOW_BODIES)
    while (!this.isDone && this.matched < most) {
      const found = await nextFound(this.scans, this.draft.direction, mayGoOn)
      if (found) this.keep(found.summary)
      else if (!isInTime) break
      else this.isDone = true
    }
    if (this.untested >= MAX_SLOW_BODIES && !this.isDone) {
      this.isDone = true
      const params = { n: this.untested }
      throw new ProblemError('REGEX_TOO_SLOW', params, 'the regular expression takes too long on these bodies') // prettier-ignore
    }
    if (this.matched >= MAX_MATCHES && !this.isDone) {
      this.isDone = true
      this.isCut = true
    }
    return this.view()
  }

  private keep(summary: MessageSummary): void {
    this.kept.set(this.places.length, summary)
    this.places.push(placeOf(summary))
    if (this.kept.size > MAX_KEPT_SUMMARIES) this.kept.delete(this.places.length - 1 - MAX_KEPT_SUMMARIES) // prettier-ignore
  }

  /** Again from the brokers, neighbours in one go. */
  private async read(places: readonly Place[]): Promise<Map<Place, MessageExt>> {
    const byQueue = new Map<string, Place[]>()
    for (const place of places) {
      const key = `${place.topic}/${place.brokerName}/${place.queueId}`
      byQueue.set(key, [...(byQueue.get(key) ?? []), place])
    }
    const runs = [...byQueue.values()].flatMap(runsOf)
    const read = new Map<Place, MessageExt>()
    const outcomes = await inParallel(runs, async (run) => {
      const [first, last] = [run[0]!, run.at(-1)!]
      const { messages } = await this.deps.admin.browse({
        queue: first,
        offset: first.queueOffset,
        limit: last.queueOffset - first.queueOffset + 1
      })
      for (const place of run) {
        const message = messages.find(({ queueOffset }) => queueOffset === place.queueOffset)
        if (message) read.set(place, message)
      }
    })
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    return read
  }
}

/** Places of one queue in groups that one pull brings. */
const runsOf = (places: readonly Place[]): Place[][] => {
  const runs: Place[][] = []
  for (const place of [...places].sort((a, b) => a.queueOffset - b.queueOffset)) {
    const run = runs.at(-1)
    if (run && place.queueOffset - run[0]!.queueOffset < PULL_OFFSETS) run.push(place)
    else runs.push([place])
  }
  return runs
}
