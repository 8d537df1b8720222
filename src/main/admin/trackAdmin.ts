/** What became of one message at its consumers, and giving it to one of them by hand. */
import {
  readConsumeMessageDirectlyResult,
  type ClientConnection,
  type ConsumeMessageDirectlyResult,
  type ConsumerConnection
} from '../protocol/bodies/admin'
import { RequestCode } from '../protocol/codes/requestCode'
import { ConsumeMessageDirectlyResultRequestHeader } from '../protocol/headers/admin'
import { formatHost } from '../protocol/message/host'
import { RemotingError } from '../protocol/remotingCommand'
import type { MessageExt } from '../client/messageExt'
import { inParallel, jsonOf, type AdminDeps } from './adminCall'
import type { groupAdmin } from './groupAdmin'
import type { topicAdmin } from './topicAdmin'

/** A broker waits 10 s for its client. Java: timeoutMillis * 3. */
const DELIVERY_TIMEOUT_MS = 15_000

/** Java: TrackType. */
export type TrackType =
  | 'CONSUMED'
  | 'CONSUMED_BUT_FILTERED'
  | 'PULL'
  | 'NOT_CONSUME_YET'
  | 'NOT_ONLINE'
  | 'CONSUME_BROADCASTING'
  | 'UNKNOWN'

/** Java: MessageTrack. */
export interface MessageTrack {
  consumerGroup: string
  trackType: TrackType
  /** Why it is UNKNOWN; empty otherwise. */
  exceptionDesc: string
  /** Stored progress of the group is past the message; undefined where it has none on the queue. */
  isPassed: boolean | undefined
  connections: ClientConnection[]
}

type Others = Pick<ReturnType<typeof topicAdmin>, 'queryTopicConsumeByWho'> &
  Pick<ReturnType<typeof groupAdmin>, 'examineConsumeStats' | 'examineConsumerConnectionInfo'>

/** A subscription of the group takes the message's tag. */
const isSubscribed = (connection: ConsumerConnection, { topic, tags }: MessageExt): boolean => {
  const subscription = connection.subscriptions.find((one) => one.topic === topic)
  if (!subscription) return true
  const { tagsSet } = subscription
  return tagsSet.length === 0 || tagsSet.includes('*') || tagsSet.includes(tags)
}

const typeOf = (
  connection: ConsumerConnection | undefined,
  isPassed: boolean | undefined,
  message: MessageExt
): TrackType => {
  if (!connection) return 'NOT_ONLINE'
  if (connection.consumeType === 'CONSUME_ACTIVELY') return 'PULL'
  if (connection.messageModel === 'BROADCASTING') return 'CONSUME_BROADCASTING'
  if (isPassed !== true) return 'NOT_CONSUME_YET'
  return isSubscribed(connection, message) ? 'CONSUMED' : 'CONSUMED_BUT_FILTERED'
}

export const trackAdmin = (deps: AdminDeps, others: Others) => {
  const isPassed = async (message: MessageExt, group: string): Promise<boolean | undefined> => {
    const { topic, brokerName, queueId, queueOffset } = message
    const { offsets } = await others.examineConsumeStats(group, topic)
    const progress = offsets.find(
      ({ queue }) =>
        queue.topic === topic && queue.brokerName === brokerName && queue.queueId === queueId
    )
    return progress && progress.consumerOffset > queueOffset
  }

  const trackOf = async (message: MessageExt, group: string): Promise<MessageTrack> => {
    const [connected, passed] = await Promise.allSettled([
      others.examineConsumerConnectionInfo(group),
      isPassed(message, group)
    ])
    const failure = [connected, passed].find(({ status }) => status === 'rejected')
    const connection = connected.status === 'fulfilled' ? connected.value : undefined
    const known = passed.status === 'fulfilled' ? passed.value : undefined
    const common = { consumerGroup: group, isPassed: known, connections: connection?.connections ?? [] } // prettier-ignore
    if (failure?.status !== 'rejected')
      return { ...common, trackType: typeOf(connection, known, message), exceptionDesc: '' }
    const error: unknown = failure.reason
    const exceptionDesc =
      error instanceof RemotingError ? `CODE:${error.code} DESC:${error.remark}` : String(error)
    return { ...common, trackType: 'UNKNOWN', exceptionDesc }
  }

  return {
    /** Of every group of the message's topic, at most `limit` of them. Java: messageTrackDetail. */
    messageTrackDetail: async (
      message: MessageExt,
      limit: number
    ): Promise<{ tracks: MessageTrack[]; isPartial: boolean }> => {
      const groups = await others.queryTopicConsumeByWho(message.topic)
      const outcomes = await inParallel(groups.slice(0, limit), (group) => trackOf(message, group))
      const tracks = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      return { tracks, isPartial: groups.length > limit }
    },

    /**
     * The client's listener gets the message, whatever its group has consumed.
     * @throws RemotingError CONSUME_MSG_TIMEOUT for a client that does not answer. Java: consumeMessageDirectly.
     */
    consumeMessageDirectly: async (
      message: MessageExt,
      consumerGroup: string,
      clientId: string
    ): Promise<ConsumeMessageDirectlyResult> => {
      const code = RequestCode.CONSUME_MESSAGE_DIRECTLY
      const { offsetMsgId: msgId, topic, brokerName } = message
      const extFields = ConsumeMessageDirectlyResultRequestHeader.encode({
        ...{ consumerGroup, clientId, msgId, brokerName, topic }
      })
      const request = { code, extFields }
      const address = formatHost(message.storeHost)
      const response = await deps.client.call(address, request, DELIVERY_TIMEOUT_MS)
      return readConsumeMessageDirectlyResult(jsonOf(response, code))
    }
  }
}
