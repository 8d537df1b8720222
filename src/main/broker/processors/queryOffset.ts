/** SEARCH_OFFSET_BY_TIMESTAMP (29), GET_MAX_OFFSET (30), GET_MIN_OFFSET (31), GET_EARLIEST_MSG_STORETIME (32). Java: AdminBrokerProcessor. */
import { RequestCode } from '../../protocol/codes/requestCode'
import {
  GetEarliestMsgStoretimeRequestHeader,
  GetEarliestMsgStoretimeResponseHeader,
  GetMaxOffsetRequestHeader,
  GetMinOffsetRequestHeader,
  OffsetResponseHeader,
  SearchOffsetRequestHeader
} from '../../protocol/headers/consume'
import { reply, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'

interface Deps {
  store: Pick<
    MessageStore,
    | 'getMaxOffsetInQueue'
    | 'getMinOffsetInQueue'
    | 'getOffsetInQueueByTime'
    | 'getEarliestMessageTime'
  >
}

/** An unknown queue answers as an empty one. */
export const queryOffset = ({ store }: Deps): Route[] => [
  route(RequestCode.GET_MAX_OFFSET, GetMaxOffsetRequestHeader, ({ header: { topic, queueId } }) =>
    reply(OffsetResponseHeader, { offset: store.getMaxOffsetInQueue(topic, queueId) })
  ),
  route(RequestCode.GET_MIN_OFFSET, GetMinOffsetRequestHeader, ({ header: { topic, queueId } }) =>
    reply(OffsetResponseHeader, { offset: store.getMinOffsetInQueue(topic, queueId) })
  ),
  route(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, SearchOffsetRequestHeader, ({ header }) => {
    const { topic, queueId, timestamp, boundaryType } = header
    const boundary = boundaryType?.toUpperCase() === 'UPPER' ? 'UPPER' : 'LOWER'
    const offset = store.getOffsetInQueueByTime(topic, queueId, timestamp, boundary)
    return reply(OffsetResponseHeader, { offset })
  }),
  route(
    RequestCode.GET_EARLIEST_MSG_STORETIME,
    GetEarliestMsgStoretimeRequestHeader,
    ({ header: { topic, queueId } }) =>
      reply(GetEarliestMsgStoretimeResponseHeader, {
        timestamp: store.getEarliestMessageTime(topic, queueId)
      })
  )
]
