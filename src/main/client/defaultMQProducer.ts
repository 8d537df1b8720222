import { MessageSender } from './messageSender'
import type { MQClientInstance } from './mqClientInstance'

/** A sender that brokers know by its group. Java: DefaultMQProducer. */
export class DefaultMQProducer extends MessageSender {
  constructor(
    private readonly instance: MQClientInstance,
    producerGroup: string
  ) {
    super(instance, producerGroup)
  }

  /** Brokers hear of the group; sending works without, but nobody sees the producer then. */
  async start(): Promise<void> {
    await this.instance.registerProducer(this.producerGroup)
  }

  async stop(): Promise<void> {
    await this.instance.unregisterProducer(this.producerGroup)
  }
}
