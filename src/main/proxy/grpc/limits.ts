/** What the proxy's port holds at most, and what it does then. */

/** Connections at one address; the next one is closed at once. */
export const MAX_CONNECTIONS = 10_000

/** Calls under way on one connection; the client keeps the next ones until one has ended. Push consumers of FIFO groups keep one a queue. */
export const MAX_STREAMS_PER_CONNECTION = 4096

/** Calls under way in all; the next ones are answered TOO_MANY_REQUESTS. */
export const MAX_CALLS = 65_536

/** Bytes of requests that are not whole yet, all calls together; who brings more is told RESOURCE_EXHAUSTED. */
export const MAX_PARTIAL_BYTES = 512 * 1024 * 1024

/** Headers of one call, as HTTP/2 counts them; more and the call is refused. */
export const MAX_HEADER_BYTES = 16 * 1024

/** A request that is not whole and brings nothing for so long ends with DEADLINE_EXCEEDED. */
export const HALF_REQUEST_TIMEOUT_MS = 30_000

/** A connection that has not said what it speaks after so long is closed. */
export const FIRST_BYTES_TIMEOUT_MS = 10_000

/** A connection without a call for so long is told to go away. Java: grpcClientIdleTimeMills. */
export const CONNECTION_IDLE_MS = 120_000

/** A connection that was silent for so long is asked whether it is there. */
export const PING_AFTER_MS = 30_000

/** Without an answer to that for so long, it is closed with its calls. */
export const PING_TIMEOUT_MS = 20_000

/** Bytes of answers a client has not taken on a stream both sides write; beyond it the stream is cut. */
export const MAX_UNSENT_BYTES = 64 * 1024 * 1024

/** An answer the client does not read is dropped so long after its call was over. */
export const UNREAD_ANSWER_TIMEOUT_MS = 60_000

/** Calls of a proxy that stops have so long to end. */
export const CLOSE_GRACE_MS = 500
