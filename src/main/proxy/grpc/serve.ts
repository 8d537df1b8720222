/** From a method's path to what answers it: decodes, calls the handler, and says on the wire what came of it. */
import type { Log } from '../../base/log'
import type { Codec } from '../v2/codec'
import { Code, codeName, status } from '../v2/code'
import { timestamp } from '../message/times'
import type { Status } from '../v2/messages'
import {
  receiveMessageCodecs,
  SERVICE_PATH,
  telemetryCodec,
  unaryCodecs,
  type MessagingService,
  type Unary
} from '../v2/methods'
import { bothOf, type Access, type Judgement } from './access'
import { GrpcError, GrpcStatus } from './call'
import { duplexCall } from './duplexCall'
import type { ServerCall } from './serverCall'
import { isForeseen, statusOf } from './statusOf'

export interface ServeDeps {
  log: Log
  /** Milliseconds since the epoch. */
  now: () => number
  /** Who may not call is told this; undefined: it may. */
  refuse: (call: ServerCall) => Status | undefined
  /** Absent: nobody is asked who he is. */
  access?: Access | undefined
}

export type Serve = (call: ServerCall) => void

const CLIENT_ID_HEADER = 'x-mq-client-id'

const NO_CLIENT_ID = status(
  Code.CLIENT_ID_REQUIRED,
  `header ${CLIENT_ID_HEADER} is missing or blank: every client has to send an id of its own`
)

type Method = keyof MessagingService

/** The caller's name is taken; or why it may not call. */
const named = (call: ServerCall, { refuse }: ServeDeps): Status | undefined => {
  const header = call.headers[CLIENT_ID_HEADER]
  const clientId = typeof header === 'string' ? header.trim() : ''
  if (clientId === '') return NO_CLIENT_ID
  call.clientId = clientId
  return refuse(call)
}

const admit = (call: ServerCall, method: Method, deps: ServeDeps): Judgement =>
  bothOf(named(call, deps), () => deps.access?.authenticate(call.headers, method))

const allow = (call: ServerCall, method: Method, request: unknown, deps: ServeDeps): Judgement =>
  deps.access?.authorize({ method, request, remoteAddress: call.remoteAddress }, call.headers)

/** Goes on at once where nobody had to be asked. */
const settle = (
  call: ServerCall,
  judgement: Judgement,
  deps: ServeDeps,
  { admitted, refused }: { admitted: () => void; refused: (why: Status) => void }
): void => {
  if (!(judgement instanceof Promise)) {
    if (judgement) refused(judgement)
    else admitted()
    return
  }
  judgement.then(
    (why) => (why ? refused(why) : admitted()),
    (error: unknown) => refused(failed(call, error, deps))
  )
}

const failed = (call: ServerCall, error: unknown, { log }: ServeDeps): Status => {
  if (!isForeseen(error)) log.error(`${call.path} of ${call.clientId} failed`, error)
  return statusOf(error)
}

/** The one message of a request, when it is whole. */
const receiveOne = <Req>(
  call: ServerCall,
  codec: Codec<Req>,
  onRequest: (request: Req) => void
): void => {
  let only: Buffer | undefined
  call.expectsMore = true
  call.receive({
    message: (bytes) => {
      if (only) call.end(new GrpcError(GrpcStatus.UNIMPLEMENTED, 'one message makes a request'))
      only = bytes
    },
    halfClosed: () => {
      if (!only) {
        call.end(new GrpcError(GrpcStatus.UNIMPLEMENTED, 'the request has no message'))
        return
      }
      const request = decoded(call, codec, only)
      if (request !== undefined) onRequest(request)
    }
  })
}

/** Undefined: it is no such message, and the call has ended with that. */
const decoded = <T>(call: ServerCall, codec: Codec<T>, bytes: Buffer): T | undefined => {
  try {
    return codec.decode(bytes)
  } catch (error) {
    call.end(
      new GrpcError(GrpcStatus.INTERNAL, `the request cannot be read: ${(error as Error).message}`)
    )
    return undefined
  }
}

/** What a handler throws before its first await is a rejection like any other. */
const attempt = async <T>(work: () => Promise<T>): Promise<T> => work()

const unary = <Req, Res extends { status: Status }>(
  method: Method,
  codecs: { request: Codec<Req>; response: Codec<Res> },
  handler: Unary<Req, Res>,
  deps: ServeDeps
): Serve => {
  // Every answer of the protocol has its status, and nothing else has to be there.
  const refusal = (why: Status): Buffer => codecs.response.encode({ status: why } as Res)
  return (call) =>
    receiveOne(call, codecs.request, (request) => {
      const judgement = bothOf(admit(call, method, deps), () => allow(call, method, request, deps))
      settle(call, judgement, deps, {
        refused: (why) => call.answer(refusal(why)),
        admitted: () => {
          attempt(() => handler(request, call))
            .then((answer) => call.answer(codecs.response.encode(answer)))
            .catch((error: unknown) => call.answer(refusal(failed(call, error, deps))))
        }
      })
    })
}

const receiveMessage = (handler: MessagingService['ReceiveMessage'], deps: ServeDeps): Serve => {
  const { request: requests, response } = receiveMessageCodecs
  return (call) =>
    receiveOne(call, requests, (request) => {
      let hasStatus = false
      const refuse = (why: Status): void => {
        if (!hasStatus) void call.write(response.encode({ status: why }))
        void call.write(response.encode({ deliveryTimestamp: timestamp(deps.now()) }))
        call.end()
      }
      const method = 'ReceiveMessage'
      const judgement = bothOf(admit(call, method, deps), () => allow(call, method, request, deps))
      const admitted = (): void => {
        attempt(() =>
          handler(request, call, (message) => {
            hasStatus ||= message.status !== undefined && message.status !== null
            return call.write(response.encode(message))
          })
        )
          .then(() => call.end())
          .catch((error: unknown) => refuse(failed(call, error, deps)))
      }
      settle(call, judgement, deps, { admitted, refused: refuse })
    })
}

const telemetry = (handler: MessagingService['Telemetry'], deps: ServeDeps): Serve => {
  return (call) => {
    call.isDuplex = true
    call.sendHeaders()
    const refused = (status: Status): void => {
      call.push(telemetryCodec.encode({ status }))
      const why = `${codeName(status.code ?? 0)}: ${status.message}`
      call.end(new GrpcError(GrpcStatus.INVALID_ARGUMENT, why))
    }
    const duplex = duplexCall(call, telemetryCodec, (error) => {
      const { message } = failed(call, error, deps)
      call.end(new GrpcError(GrpcStatus.INTERNAL, message ?? ''))
    })
    duplex.run((stream) => handler(stream, call.clientId), {
      admit: () => admit(call, 'Telemetry', deps),
      allow: (command) => allow(call, 'Telemetry', command, deps),
      refused
    })
  }
}

/** Every method by its path. */
export const serveTable = (
  service: MessagingService,
  deps: ServeDeps
): ReadonlyMap<string, Serve> => {
  const table = new Map<string, Serve>()
  for (const name of Object.keys(unaryCodecs) as (keyof typeof unaryCodecs)[])
    table.set(
      SERVICE_PATH + name,
      unary(name, unaryCodecs[name] as never, service[name] as never, deps)
    )
  table.set(`${SERVICE_PATH}ReceiveMessage`, receiveMessage(service.ReceiveMessage, deps))
  table.set(`${SERVICE_PATH}Telemetry`, telemetry(service.Telemetry, deps))
  return table
}
