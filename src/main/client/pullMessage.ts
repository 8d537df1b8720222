/** PULL_MESSAGE (11) as a call. Java: MQClientAPIImpl.pullMessage. */
import { EXPRESSION_TAG } from '../protocol/bodies/heartbeat'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  PullMessageRequestHeader,
  PullMessageResponseHeader,
  PullSysFlag
} from '../protocol/headers/consume'
import { decodeMessages, type StoredMessage } from '../protocol/message/messageCodec'
import { RemotingError } from '../protocol/remotingCommand'
import type { RemotingClient } from '../remoting/client'

/** Java: PullStatus. */
export type PullStatus = 'FOUND' | 'NO_NEW_MSG' | 'NO_MATCHED_MSG' | 'OFFSET_ILLEGAL'

export interface PullQuery {
  consumerGroup: string
  topic: string
  queueId: number
  offset: number
  maxMsgNums: number
  /** Progress to store along with the pull; absent: none. */
  commitOffset?: number | undefined
  /** The broker may hold the request for so long while there is nothing. */
  suspendTimeoutMs?: number | undefined
  /** Tag expression; absent: the subscription of the group's heartbeat. */
  subscription?: string | undefined
  subVersion?: number | undefined
  /** Of `subscription`; absent: TAG. */
  expressionType?: string | undefined
  brokerName?: string | undefined
}

export interface PullResult {
  status: PullStatus
  nextBeginOffset: number
  minOffset: number
  maxOffset: number
  suggestWhichBrokerId: number
  /** In queue order; bodies as stored. */
  messages: StoredMessage[]
}

const statuses = new Map<number, PullStatus>([
  [ResponseCode.SUCCESS, 'FOUND'],
  [ResponseCode.PULL_NOT_FOUND, 'NO_NEW_MSG'],
  [ResponseCode.PULL_RETRY_IMMEDIATELY, 'NO_MATCHED_MSG'],
  [ResponseCode.PULL_OFFSET_MOVED, 'OFFSET_ILLEGAL']
])

const sysFlagOf = (query: PullQuery): number =>
  (query.commitOffset === undefined ? 0 : PullSysFlag.COMMIT_OFFSET) |
  (query.suspendTimeoutMs === undefined ? 0 : PullSysFlag.SUSPEND) |
  (query.subscription === undefined ? 0 : PullSysFlag.SUBSCRIPTION)

/** @throws RemotingError for what is no pull status, RemotingConnectError, RemotingTimeoutError. */
export const pullMessage = async (
  client: Pick<RemotingClient, 'invoke'>,
  address: string,
  query: PullQuery,
  timeoutMs: number
): Promise<PullResult> => {
  const extFields = PullMessageRequestHeader.encode({
    consumerGroup: query.consumerGroup,
    topic: query.topic,
    queueId: query.queueId,
    queueOffset: query.offset,
    maxMsgNums: query.maxMsgNums,
    sysFlag: sysFlagOf(query),
    commitOffset: query.commitOffset ?? 0,
    suspendTimeoutMillis: query.suspendTimeoutMs ?? 0,
    subscription: query.subscription,
    subVersion: query.subVersion ?? 0,
    expressionType: query.expressionType ?? EXPRESSION_TAG
  })
  if (query.brokerName !== undefined) extFields.bname = query.brokerName
  const response = await client.invoke(
    address,
    { code: RequestCode.PULL_MESSAGE, extFields },
    timeoutMs
  )
  const status = statuses.get(response.code)
  if (!status)
    throw new RemotingError(
      response.code,
      response.remark ?? `${address} refused to pull ${query.topic}`,
      response.extFields
    )
  return {
    status,
    ...PullMessageResponseHeader.decode(response.extFields),
    messages: status === 'FOUND' && response.body ? decodeMessages(response.body) : []
  }
}
