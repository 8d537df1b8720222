/** What brokers ask a gRPC client, put to it over its Telemetry. Java: GrpcClientChannel. */
import type { RealTime } from '../../base/clock'
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  CloseClientRequestHeader,
  ConsumeMessageDirectlyResultRequestHeader,
  GetConsumerRunningInfoRequestHeader
} from '../../protocol/headers/admin'
import { NotifyConsumerIdsChangedRequestHeader } from '../../protocol/headers/consume'
import { decodeMessages } from '../../protocol/message/messageCodec'
import { RemotingError } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import { toGrpcMessage } from '../message/toGrpc'
import { Code, StatusError } from '../v2/code'
import { ClientType } from '../v2/enums'
import type { TelemetryCommand } from '../v2/messages'
import type { ClientSession } from './clientSession'
import { languageOf } from './presence'
import type { ServerCommands } from './serverCommands'

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  session: () => ClientSession
  commands: Pick<ServerCommands, 'ask'>
  /** Ends a client's session. */
  dismiss: (clientId: string) => void
}

/** Brokers know no Status. */
const toRemoting = (error: unknown): unknown => {
  if (!(error instanceof StatusError)) return error
  const isLate = error.code === Code.PROXY_TIMEOUT
  const code = isLate ? ResponseCode.CONSUME_MSG_TIMEOUT : ResponseCode.SYSTEM_ERROR
  return new RemotingError(code, error.message)
}

const stackOf = async ({ session, commands }: Deps): Promise<string> => {
  const ask = (nonce: string): TelemetryCommand => ({ printThreadStackTraceCommand: { nonce } })
  try {
    const { threadStackTrace } = await commands.ask(session(), ask)
    return threadStackTrace?.threadStackTrace ?? ''
  } catch (error) {
    throw toRemoting(error)
  }
}

/** GET_CONSUMER_RUNNING_INFO (307): the client's stack where it is asked for, and what its settings say. */
const runningInfo = (deps: Deps): Route =>
  route(
    RequestCode.GET_CONSUMER_RUNNING_INFO,
    GetConsumerRunningInfoRequestHeader,
    async ({ header }) => {
      const jstack = header.jstackEnable === true ? await stackOf(deps) : undefined
      const { clientType, settings } = deps.session()
      const isActive = clientType === ClientType.SIMPLE_CONSUMER
      const subscriptions = settings.subscription?.subscriptions ?? []
      return replyBody(
        jsonBody({
          properties: {
            PROP_CONSUME_TYPE: isActive ? 'CONSUME_ACTIVELY' : 'CONSUME_PASSIVELY',
            PROP_CONSUMEORDERLY: String(settings.subscription?.fifo === true),
            PROP_CLIENT_VERSION: settings.userAgent?.version ?? '',
            PROP_CLIENT_LANGUAGE: languageOf(settings)
          },
          subscriptionSet: subscriptions.map(({ topic, expression }) => ({
            topic: topic?.name ?? '',
            subString: expression?.expression ?? '*'
          })),
          mqTable: {},
          mqPopTable: {},
          statusTable: {},
          ...(jstack !== undefined && { jstack })
        })
      )
    }
  )

/** Java: CMResult. */
const resultOf = (code: number | undefined): string => {
  if (code === Code.OK) return 'CR_SUCCESS'
  return code === Code.FAILED_TO_CONSUME_MESSAGE ? 'CR_LATER' : 'CR_THROW_EXCEPTION'
}

/** CONSUME_MESSAGE_DIRECTLY (309): the client's listener is given the message, whatever its group has consumed. */
const consumeDirectly = ({ session, commands, clock }: Deps): Route =>
  route(
    RequestCode.CONSUME_MESSAGE_DIRECTLY,
    ConsumeMessageDirectlyResultRequestHeader,
    async ({ body }) => {
      const [stored] = decodeMessages(body)
      if (!stored) throw new RemotingError(ResponseCode.SYSTEM_ERROR, 'the request has no message')
      const message = toGrpcMessage(stored)
      const began = clock.monotonic()
      try {
        const ask = (nonce: string): TelemetryCommand => ({
          verifyMessageCommand: { nonce, message }
        })
        const { status } = await commands.ask(session(), ask)
        return replyBody(
          jsonBody({
            ...{ order: false, autoCommit: true, consumeResult: resultOf(status?.code) },
            remark: status?.message ?? '',
            spentTimeMills: Math.round(clock.monotonic() - began)
          })
        )
      } catch (error) {
        throw toRemoting(error)
      }
    }
  )

/** A share of queues is nobody's here: every member is given every broker. */
const idsChanged = route(
  RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
  NotifyConsumerIdsChangedRequestHeader,
  () => undefined
)

/** GANTRY_CLOSE_CLIENT (31010): somebody wants the client gone. */
const closed = ({ session, dismiss }: Deps): Route =>
  route(RequestCode.GANTRY_CLOSE_CLIENT, CloseClientRequestHeader, () => {
    dismiss(session().clientId)
    return undefined
  })

export const brokerQuestions = (deps: Deps): Route[] => [
  runningInfo(deps),
  consumeDirectly(deps),
  idsChanged,
  closed(deps)
]
