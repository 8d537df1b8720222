/** A call both sides write as they like, as its handler sees it. */
import { Emitter } from '../../base/emitter'
import type { Codec } from '../v2/codec'
import { GrpcError, GrpcStatus, type DuplexCall } from './call'
import type { ServerCall } from './serverCall'

type DuplexOf<T> = DuplexCall<T, T>

/** `onFailure` hears what a handler threw; the call has to be ended by it. */
export const duplexCall = <T>(
  call: ServerCall,
  codec: Codec<T>,
  onFailure: (error: unknown) => void
): { run(handler: (stream: DuplexOf<T>) => void): void } => {
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
    run: (handler) => {
      guarded(() => handler(stream))
      call.receive({
        message: (bytes) => {
          const message = decoded(bytes)
          if (message !== undefined) guarded(() => received.emit(message))
        },
        halfClosed: () => guarded(() => halfClosed.emit())
      })
    }
  }
}
