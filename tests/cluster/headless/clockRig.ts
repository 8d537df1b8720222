/** A headless cluster whose clock a test moves, with clients on their own, real time. */
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import { DefaultMQProducer } from '../../../src/main/client/defaultMQProducer'
import { DefaultMQPushConsumer } from '../../../src/main/client/defaultMQPushConsumer'
import { MQClientInstance } from '../../../src/main/client/mqClientInstance'
import { startHeadless, type Headless, type HeadlessOptions } from '../../headless'
import { Inbox } from '../client/cluster'
import { ConsoleSocket } from './consoleSocket'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

/** The default messageDelayLevel. */
export const DELAYS = [
  ...[1, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2].map((n) => n * HOUR)
]

export const clockRig = async (options: HeadlessOptions = {}) => {
  const headless = await startHeadless(options)
  let stopped: Promise<number> | undefined
  const stop = (): Promise<number> => (stopped ??= headless.stop())
  onTestFinished(async () => {
    await stop()
  })
  const window = await ConsoleSocket.open(headless.ready.console)
  return { ...clients(headless), headless: { ...headless, stop }, window }
}

const clients = ({ ready }: Headless) => {
  const client = (): MQClientInstance => {
    const instance = new MQClientInstance({
      ...{ clock: systemClock, random: systemRandom, log: silentLog },
      namesrvAddresses: () => ready.namesrv
    })
    onTestFinished(() => instance.close())
    return instance
  }
  return {
    broker: ready.brokers[0]!.address,
    producer: async (): Promise<DefaultMQProducer> => {
      const producer = new DefaultMQProducer(client(), 'PG')
      await producer.start()
      onTestFinished(() => producer.stop())
      return producer
    },
    /** Every message of a topic, whose fate `judge` decides. */
    consume: async (
      topic: string,
      judge: () => 'CONSUME_SUCCESS' | 'RECONSUME_LATER' = () => 'CONSUME_SUCCESS'
    ): Promise<Inbox & { stop(): Promise<void> }> => {
      const inbox = new Inbox()
      const consumer = new DefaultMQPushConsumer({
        client: client(),
        group: 'CG',
        subscription: [[topic, '*']],
        consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
        listener: (message) => {
          inbox.listener(message)
          return judge()
        }
      })
      await consumer.start()
      onTestFinished(() => consumer.stop())
      return Object.assign(inbox, { stop: () => consumer.stop() })
    }
  }
}
