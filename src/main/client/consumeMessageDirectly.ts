/** CONSUME_MESSAGE_DIRECTLY (309) at the client. Java: ConsumeMessageConcurrentlyService.consumeMessageDirectly. */
import type { RealTime } from '../base/clock'
import { jsonBody } from '../protocol/bodies/rocketmqJson'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { ConsumeMessageDirectlyResultRequestHeader } from '../protocol/headers/admin'
import { decodeMessage } from '../protocol/message/messageCodec'
import { RemotingError } from '../protocol/remotingCommand'
import { replyBody, route, type Route } from '../remoting/route'
import { toMessageExt, type MessageExt } from './messageExt'
import type { ConsumeStatus } from './processQueue'

type Consume = (message: MessageExt) => ConsumeStatus | void | Promise<ConsumeStatus | void>

/** `consumeOf`: the listener of a group of this client; undefined where it has none. */
export const consumeMessageDirectly = (
  clock: Pick<RealTime, 'monotonic'>,
  consumeOf: (group: string) => Consume | undefined
): Route =>
  route(
    RequestCode.CONSUME_MESSAGE_DIRECTLY,
    ConsumeMessageDirectlyResultRequestHeader,
    async ({ header, body }) => {
      const consume = consumeOf(header.consumerGroup)
      if (!consume)
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `this client has no consumer of ${header.consumerGroup}`
        )
      const message = toMessageExt(decodeMessage(body), header.brokerName ?? '')
      const began = clock.monotonic()
      let consumeResult = 'CR_THROW_EXCEPTION'
      let remark: string | undefined
      try {
        const isLater = (await consume(message)) === 'RECONSUME_LATER'
        consumeResult = isLater ? 'CR_LATER' : 'CR_SUCCESS'
      } catch (error) {
        remark = String(error)
      }
      const spentTimeMills = Math.round(clock.monotonic() - began)
      const result = { order: false, autoCommit: true, consumeResult, spentTimeMills }
      return replyBody(jsonBody(remark === undefined ? result : { ...result, remark }))
    }
  )
