import { jsonBody } from './rocketmqJson'

/** A pull was sent elsewhere than it asked for. Java: OffsetMovedEvent. */
export interface OffsetMovedEvent {
  consumerGroup: string
  messageQueue: { topic: string; brokerName: string; queueId: number }
  offsetRequest: number
  offsetNew: number
}

export const encodeOffsetMovedEvent = (event: OffsetMovedEvent): Buffer =>
  jsonBody({
    consumerGroup: event.consumerGroup,
    messageQueue: event.messageQueue,
    offsetNew: event.offsetNew,
    offsetRequest: event.offsetRequest
  })
