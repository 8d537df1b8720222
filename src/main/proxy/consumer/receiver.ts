/** Finds messages for one poll: looks at every broker of the topic, then waits where there is something. Java: ConsumerProcessor.popMessage. */
import type { Clock } from '../../base/clock'
import type { Log } from '../../base/log'
import { MASTER_ID, MAX_CACHED_ROUTES, type RouteCache } from '../../client/routeCache'
import { isReadable } from '../../protocol/permName'
import type { RemotingClient } from '../../remoting/client'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import { queuesOfMasters } from '../route/queryRoute'
import { Code, StatusError } from '../v2/code'
import type { Arrivals, Call, Place } from './arrivals'
import { popMessage, type Popped, type PopResult } from '../../client/popMessage'
import type { Wanted } from './receiveRequest'

/** After a broker could not be reached. */
const LOOK_AGAIN_MS = 500

/** A topic's route is asked for anew after so long at the earliest when a poll found nothing. */
const REFRESH_PERIOD_MS = 5000

/** What is popped, and where. */
export interface Poll extends Wanted {
  readonly isOrdered: boolean
  /** A push consumer was assigned this broker; undefined: all of the topic. */
  readonly brokerName: string | undefined
  /** -1: all queues. */
  readonly queueId: number
  /** Monotonic, ms. */
  readonly until: number
}

/** Who polls. */
export interface Poller {
  readonly isGone: boolean
  /** Later only: who asks looks first. */
  onGone(callback: () => void): { dispose(): void }
}

interface Deps {
  clock: Pick<Clock, 'now' | 'real'>
  log: Log
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'get' | 'refresh'>
  arrivals: Arrivals
}

/** What looking at the brokers gave. */
interface Look {
  kept: Popped[]
  /** Those that answered. */
  places: Place[]
  /** Messages, wanted or not. */
  foundAny: boolean
  isUnreachable: boolean
  /** Of the last one, where none answered. */
  failure: Error | undefined
}

export class Receiver {
  /** Which broker a poll begins with: another one each time. */
  private turn = 0
  /** Monotonic, ms, by topic. */
  private readonly refreshedAt = new Map<string, number>()

  constructor(private readonly deps: Deps) {}

  /**
   * Messages that are wanted, at least one; none: the time is over, or the caller gone. `keep` says which of those popped
   * are given to the client.
   * @throws StatusError FORBIDDEN, TOO_MANY_REQUESTS; RemotingError; RemotingConnectError where no broker could be reached.
   */
  async receive(
    poll: Poll,
    poller: Poller,
    keep: (popped: readonly Popped[]) => Popped[]
  ): Promise<Popped[]> {
    let call: Call | undefined
    try {
      for (;;) {
        const look = await this.lookAround(poll, poller, keep, call)
        if (look.kept.length > 0) return look.kept
        const left = poll.until - this.deps.clock.real.monotonic()
        const isOver = poller.isGone || left <= 0
        if (look.failure !== undefined && (isOver || isFinal(look.failure))) throw look.failure
        if (isOver) {
          this.lookForBrokers(poll.topic)
          return []
        }
        const ms = look.isUnreachable ? Math.min(left, LOOK_AGAIN_MS) : left
        // It waits again before it says what it found: so the line is remembered that called for nothing.
        const next = this.wait(look.places, ms, poller)
        call?.looked(look.foundAny)
        call = await next
        if (look.isUnreachable) await this.deps.routes.refresh(poll.topic).catch(() => undefined)
      }
    } finally {
      call?.looked(true)
    }
  }

  /** Those who find nothing may be looking in the wrong place: a broker that came back is seen before the next round of all routes. */
  private lookForBrokers(topic: string): void {
    const now = this.deps.clock.real.monotonic()
    if (now - (this.refreshedAt.get(topic) ?? -Infinity) < REFRESH_PERIOD_MS) return
    if (this.refreshedAt.size >= MAX_CACHED_ROUTES) this.refreshedAt.clear()
    this.refreshedAt.set(topic, now)
    this.deps.routes.refresh(topic).catch((error: unknown) => {
      this.deps.log.debug(`route of ${topic}: ${String(error)}`)
    })
  }

  /** One broker after the other, until one has something that is kept. */
  private async lookAround(
    poll: Poll,
    poller: Poller,
    keep: (popped: readonly Popped[]) => Popped[],
    call: Call | undefined
  ): Promise<Look> {
    const look: Look = {
      ...{ kept: [], places: [], foundAny: false, isUnreachable: false, failure: undefined }
    }
    let failure: Error | undefined
    for (const place of await this.placesOf(poll, call?.brokerName)) {
      if (poller.isGone) return look
      try {
        const { messages, restNum } = await this.look(place, poll)
        look.places.push(place)
        look.kept = keep(messages)
        if (messages.length > 0 || restNum > 0) look.foundAny = true
        if (look.kept.length > 0) return look
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
        if (!isFinal(error)) look.isUnreachable = true
      }
    }
    // As long as one of them answers the others may be away.
    if (look.places.length === 0) look.failure = failure
    return look
  }

  private look(place: Place, poll: Poll): Promise<PopResult> {
    const { clock, remoting } = this.deps
    return popMessage(remoting, place.address, {
      ...{ group: poll.group, topic: poll.topic, brokerName: place.brokerName },
      ...{ queueId: place.queueId, maxMsgNums: poll.batchSize, invisibleMs: poll.invisibleMs },
      ...{ isOrdered: poll.isOrdered, attemptId: poll.attemptId, bornTime: clock.real.wall() },
      ...poll.filter
    })
  }

  /** Those of the topic that may be read, the broker that called first. @throws StatusError FORBIDDEN. */
  private async placesOf(poll: Poll, first: string | undefined): Promise<Place[]> {
    const { topic, group, isOrdered, queueId } = poll
    const route = await this.deps.routes.get(topic)
    const readable = queuesOfMasters(route).filter(
      ({ perm, readQueueNums }) => isReadable(perm) && readQueueNums > 0
    )
    if (readable.length === 0)
      throw new StatusError(
        Code.FORBIDDEN,
        `${topic} has no queue on a broker with a master that may be read`
      )
    const assigned = readable.filter(({ brokerName }) => brokerName === poll.brokerName)
    const all = assigned.length > 0 ? assigned : readable
    const start = first === undefined ? this.turn++ : all.findIndex((q) => q.brokerName === first)
    const from = Math.max(0, start) % all.length
    return [...all.slice(from), ...all.slice(0, from)].flatMap(({ brokerName }) => {
      const data = route.brokerDatas.find((broker) => broker.brokerName === brokerName)
      const address = data?.brokerAddrs[MASTER_ID]
      const ids = {
        brokerName,
        group,
        topic,
        isOrdered,
        queueId: assigned.length > 0 ? queueId : -1
      }
      return address === undefined ? [] : [{ ...ids, address }]
    })
  }

  /** Until there may be something, the time is over, or the caller is gone. @throws StatusError TOO_MANY_REQUESTS. */
  private wait(places: readonly Place[], ms: number, poller: Poller): Promise<Call | undefined> {
    const { arrivals, clock } = this.deps
    return new Promise((resolve) => {
      if (poller.isGone) {
        resolve(undefined)
        return
      }
      const waiting = arrivals.wait(places, (call) => over(call))
      const timer = clock.real.after(ms, () => over(undefined))
      const leaving = poller.onGone(() => over(undefined))
      const over = (call: Call | undefined): void => {
        waiting.dispose()
        timer.dispose()
        leaving.dispose()
        resolve(call)
      }
    })
  }
}

/** What waiting does not cure. */
const isFinal = (failure: unknown): boolean =>
  !(failure instanceof RemotingConnectError || failure instanceof RemotingTimeoutError)
