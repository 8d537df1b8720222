/** A call both sides write as they like, as its handler sees it. */
import { Emitter } from '../../base/emitter'
import type { Codec } from '../v2/codec'
import type { Status } from '../v2/messages'
import type { Judgement } from './access'
import { GrpcError, GrpcStatus, type DuplexCall } from './call'
import type { ServerCall } from './serverCall'

/** Messages that may wait while somebody is asked who their sender is; with one more the call ends. */
const MAX_WAITING = 64
const TOO_MANY = new GrpcError(
  GrpcStatus.RESOURCE_EXHAUSTED,
  `more than ${MAX_WAITING} messages at once, while it is not known who sends them`
)

/** Who may open the call, and what he may say. */
interface Gate<T> {
  admit: () => Judgement
  allow: (message: T) => Judgement
  /** The call has to be ended by it. */
  refused: (why: Status) => void
}

type DuplexOf<T> = DuplexCall<T, T>

/** `onFailure` hears what a handler threw; the call has to be ended by it. */
export const duplexCall = <T>(
  call: ServerCall,
  codec: Codec<T>,
  onFailure: (error: unknown) => void
): { run(handler: (stream: DuplexOf<T>) => void, gate: Gate<T>): void } => {
  const received = new Emitter<T>()
  const halfClosed = new Emitter<void>()
  const stream: DuplexOf<T> = {
    path: call.path,
    headers: call.headers,
    remoteAddress: call.remoteAddress,
    localAddress: call.localAddress,
    isTls: call.isTls,
    deadline: call.deadline,
    get isCancelled() {
      return call.isCancelled
    },
    cancelled: call.cancelled,
    received,
    halfClosed,
    write: (message) => call.push(codec.encode(message)),
    end: (error) => call.end(error)
  }
  const guarded = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      onFailure(error)
    }
  }
  const decoded = (bytes: Buffer): T | undefined => {
    try {
      return codec.decode(bytes)
    } catch (error) {
      const { message } = error as Error
      call.end(new GrpcError(GrpcStatus.INTERNAL, `the message cannot be read: ${message}`))
      return undefined
    }
  }
  return {
    run: (handler, { admit, allow, refused }) => {
      let waiting = 0
      let last: Promise<void> | undefined
      // In their order, also where somebody has to be asked about the first.
      const inTurn = (judge: () => Judgement, go: () => void): void => {
        const settle = (why: Status | undefined): void => (why ? refused(why) : guarded(go))
        const judged = last ? last.then(judge) : judge()
        if (!(judged instanceof Promise)) return settle(judged)
        if (++waiting > MAX_WAITING) return call.end(TOO_MANY)
        const mine = judged.then(settle, onFailure).then(() => {
          waiting--
          if (last === mine) last = undefined
        })
        last = mine
      }
      inTurn(admit, () => handler(stream))
      call.receive({
        message: (bytes) => {
          const message = decoded(bytes)
          if (message !== undefined)
            inTurn(
              () => allow(message),
              () => received.emit(message)
            )
        },
        halfClosed: () =>
          inTurn(
            () => undefined,
            () => halfClosed.emit()
          )
      })
    }
  }
}
