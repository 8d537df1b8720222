/** A push consumer whose listener waits until its message is settled. */
import type { ConsumeDraft } from '../../../shared/consumeDrafts'
import { DefaultMQPushConsumer } from '../../client/defaultMQPushConsumer'
import type { MQClientInstance } from '../../client/mqClientInstance'
import type { ConsumeStatus } from '../../client/processQueue'
import type { Consumption, Source } from './consumption'

export const pushSource = (
  client: MQClientInstance,
  draft: ConsumeDraft,
  consumption: Pick<Consumption, 'take'>
): Source => {
  const { topic, group, model, isOrderly, from, expressionType, expression } = draft
  const consumer = new DefaultMQPushConsumer({
    client,
    group,
    subscription: [[topic, expressionType === 'SQL92' ? { sql92: expression } : expression]],
    consumeFromWhere: from === 'first' ? 'CONSUME_FROM_FIRST_OFFSET' : 'CONSUME_FROM_LAST_OFFSET',
    messageModel: model,
    isOrderly,
    listener: (message) =>
      new Promise<ConsumeStatus>((resolve) => {
        const settled = (status: ConsumeStatus) => (): Promise<void> => {
          resolve(status)
          return Promise.resolve()
        }
        consumption.take(message, {
          ack: settled('CONSUME_SUCCESS'),
          nack: settled('RECONSUME_LATER')
        })
      })
  })
  return {
    clientId: client.clientId,
    get queues() {
      return consumer.assignment.filter((queue) => queue.topic === topic).length
    },
    start: () => consumer.start(),
    stop: () => consumer.stop(),
    close: () => client.close()
  }
}
