/** GANTRY_QUERY_MESSAGE_TRACE (31001): the broker's own trace over the wire, for our console and for any other client. */
import {
  encodeTraceAnswer,
  readTraceQuery,
  type TracePlace
} from '../../../protocol/bodies/brokerTrace'
import { readJsonBody } from '../../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { NoHeader } from '../../../protocol/headers/admin'
import { RemotingError } from '../../../protocol/remotingCommand'
import { replyBody, route } from '../../../remoting/route'
import type { MessageTrace } from '../../trace/messageTrace'
import type { BrokerFeature } from '../feature'

/** Places one request may ask of: a message and its copies lie at a few. */
export const MAX_TRACE_PLACES = 256

interface Deps {
  trace: Pick<MessageTrace, 'find' | 'since'>
}

const invalid = (remark: string): RemotingError =>
  new RemotingError(ResponseCode.INVALID_PARAMETER, remark)

const placesOf = (body: Buffer): TracePlace[] => {
  const places = readTraceQuery(readJsonBody(body, 'GANTRY_QUERY_MESSAGE_TRACE'))
  if (places.length === 0 || places.length > MAX_TRACE_PLACES)
    throw invalid(
      `GANTRY_QUERY_MESSAGE_TRACE asks of ${places.length} places, 1 to ${MAX_TRACE_PLACES} are possible: {"places":[{"topic":"T","queueId":0,"queueOffset":0}]}`
    )
  for (const { topic, queueId, queueOffset } of places)
    if (topic === '' || queueId < 0 || queueOffset < 0)
      throw invalid('each place has a topic, a queueId and a queueOffset, none of them negative')
  return places
}

export const brokerTrace = ({ trace }: Deps): BrokerFeature => ({
  routes: [
    route(RequestCode.GANTRY_QUERY_MESSAGE_TRACE, NoHeader, ({ body }) => {
      const events = trace.find(placesOf(body))
      return replyBody(encodeTraceAnswer({ since: trace.since, events }))
    })
  ]
})
