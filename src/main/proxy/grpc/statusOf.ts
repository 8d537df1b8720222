/** The protocol's code for what a handler threw. Java: ResponseBuilder, GrpcProxyException. */
import { ResponseCode, responseCodeName } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import { Code, status, StatusError } from '../v2/code'
import type { Status } from '../v2/messages'

const codes = new Map<number, Code>([
  [ResponseCode.SYSTEM_BUSY, Code.TOO_MANY_REQUESTS],
  [ResponseCode.FLOW_CONTROL, Code.TOO_MANY_REQUESTS],
  [ResponseCode.POLLING_FULL, Code.TOO_MANY_REQUESTS],
  [ResponseCode.REQUEST_CODE_NOT_SUPPORTED, Code.NOT_IMPLEMENTED],
  [ResponseCode.FLUSH_DISK_TIMEOUT, Code.MASTER_PERSISTENCE_TIMEOUT],
  [ResponseCode.FLUSH_SLAVE_TIMEOUT, Code.SLAVE_PERSISTENCE_TIMEOUT],
  [ResponseCode.SLAVE_NOT_AVAILABLE, Code.HA_NOT_AVAILABLE],
  [ResponseCode.MESSAGE_ILLEGAL, Code.BAD_REQUEST],
  [ResponseCode.INVALID_PARAMETER, Code.BAD_REQUEST],
  [ResponseCode.VERSION_NOT_SUPPORTED, Code.NOT_IMPLEMENTED],
  [ResponseCode.NO_PERMISSION, Code.FORBIDDEN],
  [ResponseCode.TOPIC_NOT_EXIST, Code.TOPIC_NOT_FOUND],
  [ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, Code.CONSUMER_GROUP_NOT_FOUND],
  [ResponseCode.SUBSCRIPTION_PARSE_FAILED, Code.ILLEGAL_FILTER_EXPRESSION],
  [ResponseCode.PULL_NOT_FOUND, Code.MESSAGE_NOT_FOUND],
  [ResponseCode.QUERY_NOT_FOUND, Code.NOT_FOUND],
  [ResponseCode.NO_MESSAGE, Code.MESSAGE_NOT_FOUND],
  [ResponseCode.POLLING_TIMEOUT, Code.MESSAGE_NOT_FOUND],
  [ResponseCode.RPC_TIME_OUT, Code.PROXY_TIMEOUT]
])

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** INTERNAL_SERVER_ERROR for what nobody foresaw. */
export const statusOf = (error: unknown): Status => {
  if (error instanceof StatusError) return status(error.code, error.message)
  if (error instanceof RemotingError) {
    const code = codes.get(error.code) ?? Code.INTERNAL_SERVER_ERROR
    return status(code, `${responseCodeName(error.code)}: ${error.remark}`)
  }
  if (error instanceof RemotingTimeoutError) return status(Code.PROXY_TIMEOUT, error.message)
  return status(Code.INTERNAL_SERVER_ERROR, messageOf(error))
}

/** A bug, or nothing to be worried about. */
export const isForeseen = (error: unknown): boolean =>
  error instanceof StatusError ||
  error instanceof RemotingError ||
  error instanceof RemotingTimeoutError ||
  error instanceof RemotingConnectError
