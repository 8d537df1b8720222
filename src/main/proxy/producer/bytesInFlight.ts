import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import { Code, StatusError } from '../v2/code'

/** Message bytes that one broker owes an answer for; further sends to it wait. A connection with 64 MiB unsent is cut. */
export const MAX_BYTES_IN_FLIGHT = 16 * 1024 * 1024
/** Message bytes that wait for one broker; beyond it sends are refused with TOO_MANY_REQUESTS. */
export const MAX_BYTES_WAITING = 256 * 1024 * 1024

interface Waiting {
  bytes: number
  enter: () => void
  timeout: Disposable
}

interface Lane {
  inFlight: number
  waitingBytes: number
  waiting: Waiting[]
}

/** All clients share one connection a broker: large messages go out in turn, in the order they came. */
export class BytesInFlight {
  private readonly lanes = new Map<string, Lane>()

  constructor(private readonly clock: Pick<RealTime, 'after'>) {}

  /** Undefined: at once; one larger than the limit goes alone. @throws StatusError TOO_MANY_REQUESTS, PROXY_TIMEOUT. */
  enter(address: string, bytes: number, timeoutMs: number): Promise<void> | undefined {
    const lane = this.laneOf(address)
    if (lane.waiting.length === 0 && fits(lane, bytes)) {
      lane.inFlight += bytes
      return undefined
    }
    if (lane.waitingBytes + bytes > MAX_BYTES_WAITING)
      throw new StatusError(
        Code.TOO_MANY_REQUESTS,
        `${lane.waitingBytes} bytes wait to be sent to ${address}; send fewer large messages at a time`
      )
    return this.wait(address, lane, { bytes, timeoutMs })
  }

  /** The broker answered, or nobody waits for it any more. */
  leave(address: string, bytes: number): void {
    const lane = this.laneOf(address)
    lane.inFlight -= bytes
    this.next(address, lane)
  }

  /** Brokers with something on the way. */
  get size(): number {
    return this.lanes.size
  }

  private wait(
    address: string,
    lane: Lane,
    { bytes, timeoutMs }: { bytes: number; timeoutMs: number }
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const timeout = this.clock.after(timeoutMs, () => {
        lane.waiting = lane.waiting.filter((other) => other !== waiting)
        lane.waitingBytes -= bytes
        reject(
          new StatusError(
            Code.PROXY_TIMEOUT,
            `${address} was busy with other messages for ${Math.round(timeoutMs)} ms`
          )
        )
        this.next(address, lane)
      })
      const waiting: Waiting = { bytes, enter: resolve, timeout }
      lane.waiting.push(waiting)
      lane.waitingBytes += bytes
    })
  }

  private next(address: string, lane: Lane): void {
    for (;;) {
      const [first] = lane.waiting
      if (!first || !fits(lane, first.bytes)) break
      lane.waiting.shift()
      lane.waitingBytes -= first.bytes
      lane.inFlight += first.bytes
      first.timeout.dispose()
      first.enter()
    }
    if (lane.inFlight === 0 && lane.waiting.length === 0) this.lanes.delete(address)
  }

  private laneOf(address: string): Lane {
    let lane = this.lanes.get(address)
    if (!lane) {
      lane = { inFlight: 0, waitingBytes: 0, waiting: [] }
      this.lanes.set(address, lane)
    }
    return lane
  }
}

const fits = (lane: Lane, bytes: number): boolean =>
  lane.inFlight === 0 || lane.inFlight + bytes <= MAX_BYTES_IN_FLIGHT
