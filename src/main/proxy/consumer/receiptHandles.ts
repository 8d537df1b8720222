/**
 * Handles in clients' hands. Those of push consumers are renewed while their client lives, under the handle the client was
 * given; what is acknowledged, dead or nacked is remembered for a while, so that its handle is good once. Java:
 * DefaultReceiptHandleManager.
 */
import { nextVisibleTimeOf } from '../../client/popReceipt'
import type { Clock } from '../../base/clock'
import { Disposables, type Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import { RecentSet } from '../../base/recentSet'
import type { ProxyConfig } from '../proxyConfig'
import type { Sessions } from '../sessions/clientSession'
import { CLIENT_EXPIRED_MS } from '../sessions/clientSessions'
import { RETRY_LADDER_MS } from '../sessions/settings'
import { StatusError } from '../v2/code'
import type { BrokerReceipts } from './brokerReceipts'
import {
  formatHandle,
  invalidHandle,
  parseHandle,
  type Owner,
  type ReceiptHandle
} from './receiptHandle'

/** Messages renewed at once; a further one comes back after its first invisible time, unless it is acknowledged before. */
export const MAX_RENEWED_HANDLES = 100_000
/** Used handles remembered at least; of twice as many the older half is forgotten, and their second ack is left to the broker, which takes it. */
export const MAX_USED_HANDLES = 25_000

/** Messages whose time is changed at once. */
const MAX_CHANGES_AT_ONCE = 1000

/** Delay after the delivery of that number, ms. Java: CustomizedRetryPolicy, as Java's clients read it. */
export const retryDelayMs = (attempt: number): number =>
  RETRY_LADDER_MS[Math.min(Math.max(attempt, 1), RETRY_LADDER_MS.length) - 1]!

/** One message in the hands of a client. */
export interface Hold {
  readonly clientId: string
  readonly owner: Owner
  readonly handle: ReceiptHandle
  readonly reconsumeTimes: number
}

interface Renewed extends Omit<Hold, 'handle'> {
  /** Monotonic, ms: its client was heard of then at the latest. */
  readonly takenAt: number
  /** By the clock of messages, ms. */
  readonly since: number
  current: ReceiptHandle
  failures: number
  /** What is being done with it; one thing after the other. */
  busy: Promise<unknown> | undefined
}

/** What a client gave back. */
export interface InHand {
  readonly handle: ReceiptHandle
  /** Known of renewed messages only. */
  readonly reconsumeTimes: number | undefined
}

interface Deps {
  clock: Clock
  log: Log
  brokers: Pick<BrokerReceipts, 'changeInvisible'>
  sessions: Sessions
  config: Pick<
    ProxyConfig,
    | 'defaultInvisibleTimeMills'
    | 'renewAheadTimeMillis'
    | 'renewSchedulePeriodMillis'
    | 'renewMaxTimeMillis'
    | 'maxRenewRetryTimes'
    | 'invisibleTimeMillisWhenClear'
  >
}

export class ReceiptHandles implements Disposable {
  /** By the handle the client was given. */
  private readonly renewed = new Map<string, Renewed>()
  private readonly used = new RecentSet(MAX_USED_HANDLES)
  private readonly disposables = new Disposables()

  constructor(private readonly deps: Deps) {
    const { clock, sessions, config } = deps
    // By the clock of messages, as their times are.
    this.disposables.add(clock.every(config.renewSchedulePeriodMillis, () => this.scan()))
    this.disposables.add(sessions.ended.on(({ clientId }) => void this.release(clientId)))
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** Messages being renewed. */
  get size(): number {
    return this.renewed.size
  }

  /** As text for a client; good for one use, also where a clock that stands still made the same one before. */
  give(owner: Owner, handle: ReceiptHandle): string {
    const text = formatHandle(owner, handle)
    this.used.delete(text)
    return text
  }

  /** From now on the message of a handle that was given stays invisible, while its client lives. */
  renew(text: string, { clientId, owner, handle, reconsumeTimes }: Hold): void {
    const { clock, log } = this.deps
    if (this.renewed.size >= MAX_RENEWED_HANDLES) {
      log.warn(`more than ${MAX_RENEWED_HANDLES} messages are in the hands of push consumers: one of ${owner.topic} is not renewed`) // prettier-ignore
      return
    }
    this.renewed.set(text, {
      ...{ owner, clientId, reconsumeTimes, current: handle, failures: 0, busy: undefined },
      takenAt: clock.monotonic(),
      since: clock.now()
    })
  }

  /**
   * Does what ends the client's hold on a message, with the handle it has by now; where that fails for another reason than
   * the handle the client may try again. @throws StatusError INVALID_RECEIPT_HANDLE; what `work` throws.
   */
  async use<T>(owner: Owner, text: string, work: (inHand: InHand) => Promise<T>): Promise<T> {
    const original = parseHandle(owner, text)
    const renewed = this.renewed.get(text)
    if (renewed) return this.inTurn(renewed, () => this.useUp(text, renewed, original, work))
    return this.useUp(text, undefined, original, work)
  }

  private async useUp<T>(
    text: string,
    renewed: Renewed | undefined,
    original: ReceiptHandle,
    work: (inHand: InHand) => Promise<T>
  ): Promise<T> {
    if (this.used.has(text)) throw invalidHandle('the message was given back already')
    const handle = renewed?.current ?? original
    const now = this.deps.clock.now()
    if (nextVisibleTimeOf(handle) <= now)
      throw invalidHandle(`the handle expired ${now - nextVisibleTimeOf(handle)} ms ago`)
    // Taken before the broker is asked: of two at once one is too late.
    this.used.add(text)
    try {
      const result = await work({ handle, reconsumeTimes: renewed?.reconsumeTimes })
      this.renewed.delete(text)
      return result
    } catch (error) {
      if (error instanceof StatusError) this.renewed.delete(text)
      else this.used.delete(text)
      throw error
    }
  }

  private async inTurn<T>(renewed: Renewed, work: () => Promise<T>): Promise<T> {
    while (renewed.busy) await renewed.busy
    const done = work()
    const busy = done
      .catch(() => undefined)
      .then(() => {
        if (renewed.busy === busy) renewed.busy = undefined
      })
    renewed.busy = busy
    return done
  }

  /** Resolves when all that was due is renewed: a clock that is moved waits for it. */
  private async scan(): Promise<void> {
    const due = [...this.renewed].filter(([, one]) => this.isGone(one) || this.isDue(one))
    await inBatches(due, ([text, one]) =>
      this.isGone(one) ? this.comeBack(text, one) : this.inTurn(one, () => this.prolong(text, one))
    )
  }

  private isDue({ current }: Renewed): boolean {
    const { clock, config } = this.deps
    return nextVisibleTimeOf(current) <= clock.now() + config.renewAheadTimeMillis
  }

  /** Of clients without a session nobody says when they go: they are thought to be there for as long as a silent one is. */
  private isGone({ clientId, takenAt }: Renewed): boolean {
    const { clock, sessions } = this.deps
    return !sessions.find(clientId) && clock.monotonic() - takenAt > CLIENT_EXPIRED_MS
  }

  private async prolong(text: string, renewed: Renewed): Promise<void> {
    const { brokers, clock, config, log } = this.deps
    // Another scan, or the client, may have been faster.
    if (this.renewed.get(text) !== renewed || !this.isDue(renewed)) return
    const { owner, current } = renewed
    if (nextVisibleTimeOf(current) <= clock.now()) {
      this.renewed.delete(text)
      return
    }
    const isTooLong = clock.now() - renewed.since >= config.renewMaxTimeMillis
    try {
      // It was worked on for so long that it counts as failed.
      const forMs = isTooLong
        ? retryDelayMs(renewed.reconsumeTimes + 1)
        : config.defaultInvisibleTimeMills
      renewed.current = await brokers.changeInvisible(owner, current, forMs)
      renewed.failures = 0
      if (isTooLong) this.renewed.delete(text)
    } catch (error) {
      renewed.failures++
      const isLost =
        error instanceof StatusError ||
        renewed.failures > config.maxRenewRetryTimes ||
        nextVisibleTimeOf(current) <= clock.now()
      log.debug(`a message of ${owner.topic} in the hands of ${owner.group} was not renewed: ${String(error)}`) // prettier-ignore
      if (isLost) this.renewed.delete(text)
    }
  }

  /** Its client is gone. */
  private async release(clientId: string): Promise<void> {
    const held = [...this.renewed].filter(([, one]) => one.clientId === clientId)
    await inBatches(held, ([text, one]) => this.comeBack(text, one))
  }

  private async comeBack(text: string, renewed: Renewed): Promise<void> {
    await this.inTurn(renewed, async () => {
      if (!this.renewed.delete(text)) return
      this.used.add(text)
      await this.giveBack(renewed.owner, renewed.current)
    })
  }

  /** Never rejects: what cannot be told comes back when its time is over. */
  async giveBack(owner: Owner, handle: ReceiptHandle): Promise<void> {
    const { brokers, config, log } = this.deps
    const text = formatHandle(owner, handle)
    this.renewed.delete(text)
    this.used.add(text)
    try {
      await brokers.changeInvisible(owner, handle, config.invisibleTimeMillisWhenClear)
    } catch (error) {
      log.debug(`a message of ${owner.topic} comes back to ${owner.group} later: ${String(error)}`)
    }
  }
}

/** Brokers refuse what is asked of them when too much is unanswered. */
const inBatches = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<void>
): Promise<void> => {
  for (let at = 0; at < items.length; at += MAX_CHANGES_AT_ONCE)
    await Promise.all(items.slice(at, at + MAX_CHANGES_AT_ONCE).map(work))
}
