import { ResponseCode } from '../../protocol/codes/responseCode'
import type { ControllerEvent } from './brokerSet'

/** What a request comes to: an answer, and what has to be on disk before it is given. Java: ControllerResult. */
export interface ControllerResult<H> {
  readonly code: number
  readonly remark?: string
  /** Also with some refusals. */
  readonly response?: H
  readonly body?: Buffer
  readonly event?: ControllerEvent | undefined
}

export const done = <H>(
  response: H,
  rest: Pick<ControllerResult<H>, 'body' | 'event'> = {}
): ControllerResult<H> => ({ code: ResponseCode.SUCCESS, response, ...rest })

/** Some refusals come with the header Java began its answer with. */
export const refused = <H = never>(
  code: number,
  remark: string,
  response?: H
): ControllerResult<H> => ({ code, remark, ...(response !== undefined && { response }) })

/** Names, addresses and check codes that are kept are at most so long. */
const MAX_TEXT_CHARS = 255

/** Undefined where all of them are kept. */
export const tooLong = (texts: readonly string[]): ControllerResult<never> | undefined =>
  texts.some((text) => text.length > MAX_TEXT_CHARS)
    ? refused(
        ResponseCode.CONTROLLER_INVALID_REQUEST,
        `a name, address or check code has more than ${MAX_TEXT_CHARS} characters`
      )
    : undefined
