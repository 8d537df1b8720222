/** RecallMessage. Java: RecallMessageActivity, ProducerProcessor.recallMessage. */
import type { RouteCache } from '../../client/routeCache'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  RecallMessageRequestHeader,
  RecallMessageResponseHeader
} from '../../protocol/headers/send'
import { parseRecallHandle } from '../../protocol/message/recallMessageHandle'
import { RemotingError, type RemotingCommand } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import { topicOf } from '../message/names'
import { Code, OK, StatusError } from '../v2/code'
import type { MessagingService } from '../v2/methods'
import { masterAddress } from './masterAddress'
import type { TopicTypeCheck } from './topicTypeCheck'

/** Java: RecallMessageActivity. */
export const RECALL_TIMEOUT_MS = 2000

interface Deps {
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'find' | 'masterAddress'>
  checkType: TopicTypeCheck
}

const refusal = ({ code, remark }: RemotingCommand, brokerName: string): Error => {
  const why = remark ?? `broker ${brokerName} did not recall the message`
  // The handle was read and belongs there: what is left is its time.
  if (code === ResponseCode.ILLEGAL_OPERATION) return new StatusError(Code.NOT_FOUND, why)
  // Its remark names the key that allows it.
  if (code === ResponseCode.NO_PERMISSION) return new StatusError(Code.FORBIDDEN, why)
  return new RemotingError(code, why)
}

export const recallMessage =
  ({ remoting, routes, checkType }: Deps): MessagingService['RecallMessage'] =>
  async (request) => {
    const topic = topicOf(request.topic)
    const { recallHandle = '' } = request
    await checkType(topic, 'DELAY')
    const handle = parseRecallHandle(recallHandle)
    if (!handle)
      throw new StatusError(
        Code.INVALID_RECEIPT_HANDLE,
        'the recall_handle is none; it comes with the answer to the send of a DELAY message'
      )
    const { brokerName } = handle
    if (handle.topic !== topic)
      throw new StatusError(
        Code.INVALID_RECEIPT_HANDLE,
        `the recall_handle is of topic ${handle.topic}, not of ${topic}`
      )
    const route = await routes.find(topic)
    if (!route) throw new StatusError(Code.TOPIC_NOT_FOUND, `topic ${topic} does not exist`)
    const address = masterAddress(routes, route, brokerName)
    const answer = await remoting.invoke(
      address,
      {
        code: RequestCode.RECALL_MESSAGE,
        extFields: RecallMessageRequestHeader.encode({ producerGroup: topic, topic, recallHandle })
      },
      RECALL_TIMEOUT_MS
    )
    if (answer.code !== ResponseCode.SUCCESS) throw refusal(answer, brokerName)
    const { msgId } = RecallMessageResponseHeader.decode(answer.extFields)
    return { status: OK, messageId: msgId }
  }
