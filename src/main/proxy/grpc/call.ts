/** gRPC calls as their handlers see them; how they travel is `grpcServer.ts`'s. */
import type { IncomingHttpHeaders } from 'node:http2'
import type { Emitter } from '../../base/emitter'

/** What is known of a call before anything of it was read. */
export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string
  /** Metadata, names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** The caller, `host:port`. */
  readonly remoteAddress: string
  /** Where it arrived, `host:port`. */
  readonly localAddress: string
  readonly isTls: boolean
  /** In monotonic ms, from `grpc-timeout`; Infinity: none. */
  readonly deadline: number
  /** The caller does not wait any more: it said so, its line broke, or the deadline passed. */
  readonly isCancelled: boolean
  readonly cancelled: Emitter<void>
}

/** Both sides write when they like. */
export interface DuplexCall<In, Out> extends GrpcCall {
  readonly received: Emitter<In>
  /** The caller said that nothing more will come. */
  readonly halfClosed: Emitter<void>
  /** Dropped where the caller is gone. */
  write(message: Out): void
  /** With gRPC OK, or as an error. A second end does nothing. */
  end(error?: GrpcError): void
}

/** An end of a call that is not OK: only for what the protocol's own `Status` cannot say. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError'

  constructor(
    readonly code: number,
    message: string
  ) {
    super(message)
  }
}

/** https://grpc.io/docs/guides/status-codes/ */
export const GrpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14
} as const
