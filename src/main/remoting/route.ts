/** From a request code to the function that answers it; the one place that turns outcomes into answers. */
import type { Log } from '../base/log'
import { requestCodeName } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import type { HeaderDefinition } from '../protocol/header'
import {
  RemotingError,
  type ExtFields,
  type RemotingCommand,
  type Reply
} from '../protocol/remotingCommand'
import type { RemotingConnection } from './connection'

/** What a handler is given: the declared header, decoded, and where the request came from. */
export interface RequestContext<H> {
  header: H
  body: Buffer
  command: RemotingCommand
  connection: RemotingConnection
}

/** `undefined` answers nothing, which only requests the sender does not wait for may do. */
export type Outcome = Reply | undefined

export type RequestHandler = (
  command: RemotingCommand,
  connection: RemotingConnection
) => Outcome | Promise<Outcome>

export interface Route {
  readonly code: number
  readonly handle: RequestHandler
}

const EMPTY = Buffer.alloc(0)

export const route = <H>(
  code: number,
  definition: HeaderDefinition<H>,
  handler: (context: RequestContext<H>) => Outcome | Promise<Outcome>
): Route => ({
  code,
  handle: (command, connection) =>
    handler({
      header: definition.decode(command.extFields),
      body: command.body ?? EMPTY,
      command,
      connection
    })
})

/** A SUCCESS with its declared header. */
export const reply = <H>(
  definition: HeaderDefinition<H>,
  header: H,
  body?: Reply['body']
): Reply => ({
  code: ResponseCode.SUCCESS,
  extFields: definition.encode(header),
  ...(body !== undefined && { body })
})

export const replyBody = (body: Reply['body']): Reply => ({
  code: ResponseCode.SUCCESS,
  ...(body !== undefined && { body })
})

/** @throws Error when two routes claim one code. */
export const routeTable = (routes: Iterable<Route>): ReadonlyMap<number, Route> => {
  const table = new Map<number, Route>()
  for (const entry of routes) {
    if (table.has(entry.code)) throw new Error(`two routes for ${requestCodeName(entry.code)}`)
    table.set(entry.code, entry)
  }
  return table
}

/** What a failure says on the wire; a bug is logged with its stack, and the peer still gets an answer. */
export const failureReply = (error: unknown, command: RemotingCommand, log: Log): Reply => {
  if (error instanceof RemotingError) {
    const extFields: ExtFields = error.extFields
    return { code: error.code, remark: error.remark, extFields }
  }
  log.error(`${requestCodeName(command.code)} failed`, error)
  const message = error instanceof Error ? error.message : String(error)
  return { code: ResponseCode.SYSTEM_ERROR, remark: message }
}

/** Answers every request code: the known ones by their route, the others with REQUEST_CODE_NOT_SUPPORTED. */
export const dispatcher = (routes: Iterable<Route>): RequestHandler => {
  const table = routeTable(routes)
  return (command, connection) => {
    const entry = table.get(command.code)
    if (entry) return entry.handle(command, connection)
    throw new RemotingError(
      ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      `request code ${requestCodeName(command.code)} is not supported here`
    )
  }
}
