/** A client of ours in the test's own process: many messages at once, and a consumer that answers deliveries. */
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { systemRandom } from '../src/main/base/random'
import { consumerSendMsgBack } from '../src/main/client/brokerCalls'
import { DefaultMQProducer } from '../src/main/client/defaultMQProducer'
import { DefaultMQPushConsumer } from '../src/main/client/defaultMQPushConsumer'
import type { Message } from '../src/main/client/message'
import { MQClientInstance } from '../src/main/client/mqClientInstance'
import type { MessageListener } from '../src/main/client/processQueue'
import { decodeMessageId } from '../src/main/protocol/message/messageId'
import type { App } from './pages/app'

/** Messages of one send. */
const BATCH = 500

export const openClient = ({ host }: App) => {
  const { namesrv, brokerPort } = host
  const client = new MQClientInstance({
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    namesrvAddresses: () => [namesrv]
  })
  const producer = new DefaultMQProducer(client, 'PG_e2e')
  const consumers: DefaultMQPushConsumer[] = []
  return {
    clientId: client.clientId,
    send: (message: Message) => producer.send(message),
    /** To one queue, in order. */
    sendMany: async (topic: string, count: number, body: (i: number) => string) => {
      const queue = { brokerName: 'broker-a', queueId: 0 }
      for (let sent = 0; sent < count; sent += BATCH) {
        const size = Math.min(BATCH, count - sent)
        const messages = Array.from({ length: size }, (_, i) => ({ topic, body: Buffer.from(body(sent + i)) })) // prettier-ignore
        await producer.sendBatch(messages, { queue })
      }
    },
    /** As a consumer would that gave up on it. */
    giveUp: async (offsetMsgId: string, group: string) => {
      const offset = decodeMessageId(offsetMsgId)!.physicalOffset
      const header = { offset, group, delayLevel: -1 }
      await consumerSendMsgBack(client.remoting, `127.0.0.1:${brokerPort}`, header, 10_000)
    },
    consume: async (topic: string, group: string, listener: MessageListener) => {
      const consumer = new DefaultMQPushConsumer({
        ...{ client, group, listener, subscription: [[topic, '*']] },
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET'
      })
      await consumer.start()
      consumers.push(consumer)
    },
    close: async () => {
      for (const consumer of consumers) await consumer.stop()
      client.close()
    }
  }
}
