/** History and observation in the order the checks ask for them. */
import type {
  Attempt,
  Commit,
  Committed,
  ConsumerAck,
  HistoryEvent,
  OffsetSeen,
  Receive
} from './history'
import { placeOf, type Observation, type ObservedMessage, type ObservedQueue } from './observation'
import { Progress } from './progress'

/** What the test allows. Nothing is allowed unless it is said here. */
export interface Expectations {
  seed: number
  allowedLoss?: {
    /** What is lost of each producer is the end of its history: nothing it sent later is readable. */
    suffix?: boolean
    /** Only what was acknowledged at or after this time (monotonic ms) may be lost. */
    acknowledgedAfter?: number
    /** Places (`placeOf`) whose records the test damaged: they may be unreadable, never wrong. */
    damaged?: ReadonlySet<string>
    /** Retention was at work: what lies before a queue's minimum is not lost. */
    head?: boolean
  }
  /** `atomic` (the default): all messages of a batch or none. `torn`: an unacknowledged one may be cut. */
  batches?: 'atomic' | 'torn'
  /** Commits acknowledged this long before a crash may be lost with it, in ms; 0 by default. */
  offsetFlushMs?: number
  timed?: { tickMs: number; lateMs?: number }
  /**
   * `as sent` (the default): all of a producer. `acknowledged`: only what was; where lines are cut or nodes frozen, what
   * nobody answered may arrive long after its producer has gone on.
   */
  order?: 'as sent' | 'acknowledged'
  /** `every key` (the default): each stored key must have been asked for. `as asked`: only the lookups made are judged. */
  index?: 'every key' | 'as asked'
}

export interface Copy extends ObservedMessage {
  topic: string
  queueId: number
  place: string
}

/** One send of a message and what became of it. */
export interface Send extends Attempt {
  /** Place in the history: sends of one client are ordered by it. */
  at: number
  outcome: 'ack' | 'fail' | 'unknown'
  ackTime?: number
  ackPlace?: string
  /** Time of the outcome; Infinity while there is none. */
  settled: number
}

/** All sends of one id and what became of its transaction. */
export interface Tracked {
  id: string
  bodyHash: string
  sends: Send[]
  /** Half or timed: their offset on acknowledgement is not one of the user's queue. */
  isDeferred: boolean
  resolutions: Set<'commit' | 'rollback'>
  isEnded: boolean
  copies: Copy[]
}

interface Deletion {
  asked: number
  answered: number
  /** A crash decides what was not answered: the deletion is finished by the next start, or was never begun. */
  decided: number
}

export class CaseFile {
  readonly tracked = new Map<string, Tracked>()
  readonly copies: Copy[] = []
  readonly byPlace = new Map<string, Copy>()
  readonly receives: Receive[] = []
  readonly commits: (Commit | Committed)[] = []
  readonly offsetsSeen: OffsetSeen[] = []
  readonly consumerAcks: ConsumerAck[] = []
  readonly crashes: number[] = []
  readonly figures = {
    attempts: 0,
    acknowledged: 0,
    unknown: 0,
    readable: 0,
    received: 0,
    allowedLosses: 0,
    explainedCopies: 0,
    explainedDeliveries: 0,
    lookups: 0
  }
  private readonly deletions = new Map<string, Deletion[]>()
  private readonly queues = new Map<string, ObservedQueue>()
  private commitsByQueue: Map<string, (Commit | Committed)[]> | undefined

  constructor(
    readonly history: readonly HistoryEvent[],
    readonly observation: Observation,
    readonly expectations: Expectations
  ) {
    history.forEach((event, at) => this.read(event, at))
    for (const queue of observation.queues) {
      const { topic, queueId } = queue
      const name = `${topic}@${queueId}`
      if (this.queues.has(name)) throw new Error(`${name} was observed twice`)
      this.queues.set(name, queue)
      for (const message of queue.messages) {
        const place = placeOf(topic, queueId, message.offset)
        const copy = { ...message, topic, queueId, place }
        this.copies.push(copy)
        this.byPlace.set(place, copy)
        if (message.id !== undefined) this.tracked.get(message.id)?.copies.push(copy)
      }
    }
    this.count()
  }

  isDamaged(place: string): boolean {
    return this.expectations.allowedLoss?.damaged?.has(place) === true
  }

  /** May the topic's deletion have taken what this send stored? */
  mayBeDeleted({ topic, time }: Send): boolean {
    return this.deletions.get(topic)?.some(({ decided }) => time <= decided) === true
  }

  /** Must it? Then its place is no evidence of anything. */
  mustBeDeleted({ topic, settled }: Send): boolean {
    return (
      this.deletions
        .get(topic)
        ?.some(({ asked, answered }) => answered < Infinity && settled < asked) === true
    )
  }

  /** A deletion that failed is finished by the next start: what was sent meanwhile keeps its offsets. */
  hasFailedDeletion(topic: string): boolean {
    return this.deletions.get(topic)?.some(({ answered }) => answered === Infinity) === true
  }

  wasEverDeleted(topic: string): boolean {
    return this.deletions.has(topic)
  }

  queue(topic: string, queueId: number): ObservedQueue | undefined {
    return this.queues.get(`${topic}@${queueId}`)
  }

  progress(group: string, topic: string, queueId: number): Progress {
    const nameOf = (row: { group: string; topic: string; queueId: number }): string =>
      JSON.stringify([row.group, row.topic, row.queueId])
    if (this.commitsByQueue === undefined) {
      this.commitsByQueue = new Map()
      for (const commit of this.commits) {
        const known = this.commitsByQueue.get(nameOf(commit))
        if (known) known.push(commit)
        else this.commitsByQueue.set(nameOf(commit), [commit])
      }
    }
    const events = this.commitsByQueue.get(nameOf({ group, topic, queueId })) ?? []
    return new Progress(events, this.crashes, this.expectations.offsetFlushMs ?? 0)
  }

  private read(event: HistoryEvent, at: number): void {
    switch (event.kind) {
      case 'attempt':
        return this.attempt(event, at)
      case 'ack':
      case 'fail':
      case 'unknown':
        return this.outcome(event)
      case 'receive':
        this.receives.push(event)
        return
      case 'commit':
      case 'committed':
        this.commits.push(event)
        return
      case 'offset-seen':
        this.offsetsSeen.push(event)
        return
      case 'consumer-ack':
        this.consumerAcks.push(event)
        return
      case 'end-transaction':
        this.tracked.get(event.id)?.resolutions.add(event.resolution)
        return
      case 'transaction-ended': {
        const message = this.tracked.get(event.id)
        if (message) message.isEnded = true
        return
      }
      case 'delete-topic': {
        const list = this.deletions.get(event.topic) ?? []
        list.push({ asked: event.time, answered: Infinity, decided: Infinity })
        this.deletions.set(event.topic, list)
        return
      }
      case 'topic-deleted': {
        const last = this.deletions.get(event.topic)?.at(-1)
        if (last) last.answered = last.decided = event.time
        return
      }
      case 'crash':
        this.crashes.push(event.time)
        for (const list of this.deletions.values())
          for (const deletion of list) deletion.decided = Math.min(deletion.decided, event.time)
        return
    }
  }

  private attempt(event: Attempt, at: number): void {
    const send: Send = { ...event, at, outcome: 'unknown', settled: Infinity }
    const isDeferred = event.transaction === true || event.deliverAt !== undefined
    const known = this.tracked.get(event.id)
    if (known === undefined)
      this.tracked.set(event.id, {
        ...{ id: event.id, bodyHash: event.bodyHash, sends: [send], isDeferred },
        ...{ resolutions: new Set(), isEnded: false, copies: [] }
      })
    else {
      if (known.bodyHash !== event.bodyHash)
        throw new Error(`the history is wrong: ${event.id} was attempted with two bodies`)
      known.sends.push(send)
    }
  }

  /** An outcome belongs to the newest attempt of its id that has none yet. */
  private outcome(event: Extract<HistoryEvent, { kind: 'ack' | 'fail' | 'unknown' }>): void {
    const send = this.tracked.get(event.id)?.sends.findLast(({ settled }) => settled === Infinity)
    if (send === undefined)
      throw new Error(`the history is wrong: an outcome of ${event.id} without its attempt`)
    send.outcome = event.kind
    send.settled = event.time
    if (event.kind !== 'ack') return
    send.ackTime = event.time
    send.ackPlace = placeOf(send.topic, send.queueId, event.offset)
  }

  private count(): void {
    const { figures } = this
    for (const { sends } of this.tracked.values())
      for (const { outcome } of sends) {
        figures.attempts++
        if (outcome === 'ack') figures.acknowledged++
        else if (outcome === 'unknown') figures.unknown++
      }
    figures.readable = this.copies.length
    figures.received = this.receives.length
    figures.lookups = this.observation.lookups.length
  }
}
