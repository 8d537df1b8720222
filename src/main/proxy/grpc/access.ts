import type { IncomingHttpHeaders } from 'node:http2'
import type { Status } from '../v2/messages'
import type { MessagingService } from '../v2/methods'

/** One call, or one command of Telemetry. */
export interface Asked {
  readonly method: keyof MessagingService
  readonly request: unknown
  /** `host:port`. */
  readonly remoteAddress: string
}

/** Undefined: it may. */
export type Judgement = Status | undefined | Promise<Status | undefined>

/** Who may call, and what he may ask. */
export interface Access {
  authenticate(headers: IncomingHttpHeaders, method: keyof MessagingService): Judgement
  authorize(asked: Asked, headers: IncomingHttpHeaders): Judgement
}

/** The second where the first has nothing against it; with no promise where neither has one. */
export const bothOf = (first: Judgement, second: () => Judgement): Judgement => {
  if (first instanceof Promise) return first.then((refusal) => refusal ?? second())
  return first ?? second()
}
