/**
 * Who waits for messages, without having popped any: the brokers are asked by NOTIFICATION (200054), one question for all
 * that wait for the same, and one of them is called when there is something. A client that goes away meanwhile holds nothing.
 */
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { NotificationRequestHeader, NotificationResponseHeader } from '../../protocol/headers/pop'
import type { RemotingClient } from '../../remoting/client'
import { Code, StatusError } from '../v2/code'

/** Clients that wait; a further one is told TOO_MANY_REQUESTS. */
export const MAX_WAITING = 20_000
/** A question is asked anew after so long. */
export const NOTIFICATION_POLL_MS = 15_000
/** Of ordered groups sooner: RocketMQ's broker does not say when an ack frees a queue. */
export const ORDERED_NOTIFICATION_POLL_MS = 1000
const ANSWER_RESERVE_MS = 5000
/** After a failure, or where the broker knows no such question, those who wait look themselves. */
export const LOOK_AGAIN_MS = 500
/** So often in a row there may be nothing where something was said to be; then each further look is later. */
const FREE_LOOKS = 3
const FIRST_PAUSE_MS = 20
const MAX_PAUSE_MS = 200

/** What one waits for. */
export interface Place {
  readonly address: string
  readonly brokerName: string
  readonly group: string
  readonly topic: string
  /** -1: all of the broker. */
  readonly queueId: number
  readonly isOrdered: boolean
}

/** One was called. */
export interface Call {
  readonly brokerName: string
  /** It has looked: true where there was something, for it or not. Who does not say it keeps the others waiting. */
  looked(foundAny: boolean): void
}

interface Waiter {
  readonly places: readonly Place[]
  call(call: Call): void
}

interface Line {
  readonly place: Place
  readonly waiters: Set<Waiter>
  /** Asked, or one is called: who comes now waits for that. */
  isBusy: boolean
  emptyLooks: number
}

interface Deps {
  clock: Pick<RealTime, 'after'>
  log: Pick<Log, 'debug'>
  remoting: Pick<RemotingClient, 'invoke'>
}

const keyOf = ({ address, group, topic, queueId, isOrdered }: Place): string =>
  [address, group, topic, queueId, isOrdered].join(' ')

export class Arrivals implements Disposable {
  private readonly lines = new Map<string, Line>()
  private waiting = 0
  private isDisposed = false

  constructor(private readonly deps: Deps) {}

  /** Those who wait are left to their own time limits. */
  dispose(): void {
    this.isDisposed = true
    this.lines.clear()
  }

  /**
   * Calls once where one of the places may have something; disposing of it beforehand calls it off.
   * @throws StatusError TOO_MANY_REQUESTS.
   */
  wait(places: readonly Place[], call: (call: Call) => void): Disposable {
    if (this.waiting >= MAX_WAITING)
      throw new StatusError(
        Code.TOO_MANY_REQUESTS,
        `${MAX_WAITING} polls are waiting already; try again later`
      )
    const waiter: Waiter = { places, call }
    this.waiting++
    for (const place of places) {
      const line = this.line(place)
      line.waiters.add(waiter)
      this.advance(line)
    }
    return { dispose: () => this.leave(waiter) }
  }

  private line(place: Place): Line {
    const key = keyOf(place)
    let line = this.lines.get(key)
    if (!line)
      this.lines.set(key, (line = { place, waiters: new Set(), isBusy: false, emptyLooks: 0 }))
    return line
  }

  private leave(waiter: Waiter): void {
    let isIn = false
    for (const place of waiter.places) {
      const line = this.lines.get(keyOf(place))
      if (line?.waiters.delete(waiter)) isIn = true
      if (line) this.forget(line)
    }
    if (isIn) this.waiting--
  }

  private forget(line: Line): void {
    if (line.waiters.size === 0 && !line.isBusy) this.lines.delete(keyOf(line.place))
  }

  /** Asks, unless somebody is at it. */
  private advance(line: Line): void {
    if (line.isBusy || this.isDisposed) return
    if (line.waiters.size === 0) {
      this.forget(line)
      return
    }
    line.isBusy = true
    this.ask(line.place).then(
      (hasMsg) => {
        if (hasMsg) this.callOne(line)
        else this.free(line)
      },
      (error: unknown) => {
        const { brokerName, topic } = line.place
        this.deps.log.debug(`waiting for ${topic} at ${brokerName}: ${String(error)}`)
        this.deps.clock.after(LOOK_AGAIN_MS, () => this.callOne(line))
      }
    )
  }

  private free(line: Line): void {
    line.isBusy = false
    this.advance(line)
  }

  private callOne(line: Line): void {
    const [waiter] = line.waiters
    if (!waiter) {
      this.free(line)
      return
    }
    this.leave(waiter)
    let hasLooked = false
    waiter.call({
      brokerName: line.place.brokerName,
      looked: (foundAny) => {
        if (hasLooked) return
        hasLooked = true
        line.emptyLooks = foundAny ? 0 : line.emptyLooks + 1
        const pauses = line.emptyLooks - FREE_LOOKS
        if (pauses <= 0) this.free(line)
        else
          this.deps.clock.after(Math.min(FIRST_PAUSE_MS * pauses, MAX_PAUSE_MS), () =>
            this.free(line)
          )
      }
    })
  }

  /** Something there that is not in anybody's hands? @throws Error where the broker does not say. */
  private async ask({ address, group, topic, queueId, isOrdered }: Place): Promise<boolean> {
    const pollTime = isOrdered ? ORDERED_NOTIFICATION_POLL_MS : NOTIFICATION_POLL_MS
    const extFields = NotificationRequestHeader.encode({
      ...{ consumerGroup: group, topic, queueId, pollTime, order: isOrdered }
    })
    const answer = await this.deps.remoting.invoke(
      address,
      { code: RequestCode.NOTIFICATION, extFields },
      pollTime + ANSWER_RESERVE_MS
    )
    if (answer.code !== ResponseCode.SUCCESS) throw new Error(answer.remark ?? String(answer.code))
    const { hasMsg, pollingFull } = NotificationResponseHeader.decode(answer.extFields)
    if (pollingFull) throw new Error('too many wait at this broker')
    return hasMsg
  }
}
