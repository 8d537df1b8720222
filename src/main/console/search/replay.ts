/** Stored messages sent once more, in their order, at a pace a person chose. */
import type { ReplayDraft } from '../../../shared/messageDrafts'
import type { ReplayView } from '../../../shared/searchViews'
import type { Problem } from '../../../shared/views'
import type { Admin } from '../../admin/admin'
import { sleep, type RealTime } from '../../base/clock'
import type { MessageExt } from '../../client/messageExt'
import { publishQueues } from '../../protocol/topicQueues'
import { copyOfMessage } from '../sendCopy'
import { sendResultView } from '../messageActions'

/** Longest wait at once, so that a stop is heard. */
const NAP_MS = 100
/** Longest pause between two messages at the pace they were stored with. */
export const MAX_GAP_MS = 60_000

export interface ReplaySource {
  topic: string
  /** Oldest first. */
  messages: () => AsyncIterable<MessageExt>
  total: () => number
}

interface Deps {
  admin: Pick<Admin, 'sendOneOfMany' | 'examineTopicRouteInfo'>
  clock: Pick<RealTime, 'monotonic' | 'after' | 'wall'>
  problemOf: (error: unknown) => Problem
}

export class Replay {
  private state: ReplayView['state'] = 'running'
  private sent = 0
  private failed = 0
  private read = 0
  private isCut = false
  private at: number | undefined
  private last: ReplayView['last']
  private problem: ReplayView['problem']
  private readonly startedAt: number
  /** Milliseconds that were spent paused: the pace does not catch up on them. */
  private pausedMs = 0

  constructor(
    private readonly deps: Deps,
    private readonly source: ReplaySource,
    private readonly draft: ReplayDraft
  ) {
    this.startedAt = deps.clock.wall()
  }

  get isOver(): boolean {
    return this.state !== 'running' && this.state !== 'paused'
  }

  /** Never rejects. */
  async run(): Promise<void> {
    try {
      await this.sendAll()
      if (this.state === 'running') this.state = 'done'
    } catch (error) {
      this.problem = this.deps.problemOf(error)
      this.state = 'failed'
    }
  }

  pause(isPaused: boolean): void {
    if (!this.isOver) this.state = isPaused ? 'paused' : 'running'
  }

  stop(): void {
    if (!this.isOver) this.state = 'stopped'
  }

  view(): ReplayView {
    const { state, sent, failed, startedAt, isCut, at, last, problem } = this
    return {
      ...{ state, sent, failed, startedAt, isCut, topic: this.draft.topic },
      ...{ sourceTopic: this.source.topic, read: this.read, total: this.source.total() },
      ...(at !== undefined && { at }),
      ...(last && { last }),
      ...(problem && { problem })
    }
  }

  private async sendAll(): Promise<void> {
    const { admin, clock } = this.deps
    const { topic, limit } = this.draft
    const queues = publishQueues(topic, await admin.examineTopicRouteInfo(topic))
    const began = clock.monotonic()
    let previous: number | undefined
    let dueMs = 0
    for await (const message of this.source.messages()) {
      if (this.read >= limit) {
        this.isCut = true
        return
      }
      dueMs += this.gapOf(message, previous)
      previous = message.storeTimestamp
      this.read++
      if (!(await this.waitUntil(began + dueMs))) return
      // One queue stays one queue, so that its order is kept.
      const queue = queues.length > 0 ? queues[message.queueId % queues.length] : undefined
      const from = clock.monotonic()
      try {
        const result = await admin.sendOneOfMany(copyOfMessage(message, topic), { queue })
        this.last = sendResultView(result, Math.round(clock.monotonic() - from))
        this.sent++
      } catch (error) {
        this.failed++
        this.problem = this.deps.problemOf(error)
        // Nothing went through so far: it will not get better by trying all of them.
        if (this.sent === 0) throw error
      }
      this.at = message.storeTimestamp
    }
  }

  private gapOf({ storeTimestamp }: MessageExt, previous: number | undefined): number {
    const { pace } = this.draft
    if (previous === undefined) return 0
    if (pace.kind === 'rate') return 1000 / pace.perSecond
    return Math.min(Math.max(0, storeTimestamp - previous) / pace.speed, MAX_GAP_MS)
  }

  /** False when it was stopped meanwhile. */
  private async waitUntil(due: number): Promise<boolean> {
    const { clock } = this.deps
    for (;;) {
      if (this.isOver) return false
      const now = clock.monotonic()
      if (this.state === 'paused') {
        await sleep(clock, NAP_MS)
        this.pausedMs += clock.monotonic() - now
        continue
      }
      const leftMs = due + this.pausedMs - now
      if (leftMs <= 0) return true
      await sleep(clock, Math.min(leftMs, NAP_MS))
    }
  }
}
