/** A stock push consumer of the group G, what it heard, and what becomes of it at the brokers. */
import { ConsumeResult, type MessageView, type PushConsumer } from 'rocketmq-client-nodejs'
import { until } from '../../cluster/client/cluster'
import type { GrpcRig } from './rig'

/** What a listener was given, in its order. */
export class Heard {
  readonly messages: MessageView[] = []
  /** Monotonic, ms, of each. */
  readonly times: number[] = []
  private waiters: (() => void)[] = []

  constructor(
    private readonly isRight: (message: MessageView, times: number) => boolean = () => true
  ) {}

  readonly consume = (message: MessageView): Promise<ConsumeResult> => {
    this.messages.push(message)
    this.times.push(performance.now())
    const times = this.messages.filter(({ messageId }) => messageId === message.messageId).length
    for (const wake of this.waiters.splice(0)) wake()
    return Promise.resolve(
      this.isRight(message, times) ? ConsumeResult.SUCCESS : ConsumeResult.FAILURE
    )
  }

  async reaches(isReached: () => boolean): Promise<void> {
    while (!isReached()) await new Promise<void>((resolve) => this.waiters.push(resolve))
  }

  count(count: number): Promise<void> {
    return this.reaches(() => this.messages.length >= count)
  }

  get bodies(): string[] {
    return this.messages.map(({ body }) => body.toString('utf8'))
  }
}

export const push = (
  rig: GrpcRig,
  heard: Heard,
  topics: readonly string[] = ['T']
): Promise<PushConsumer> =>
  rig.npmPush({
    consumerGroup: 'G',
    subscriptions: new Map(topics.map((topic) => [topic, '*'])),
    messageListener: { consume: heard.consume }
  })

/** The group has acknowledged everything the topic holds, which is so many messages at least. */
export const isThrough = (rig: GrpcRig, topic: string, total: number) =>
  until(
    () => rig.admin.examineConsumeStats('G', topic),
    ({ offsets }) => {
      const queues = offsets.filter(({ queue }) => queue.topic === topic)
      const sum = queues.reduce(
        (acknowledged, { consumerOffset }) => acknowledged + consumerOffset,
        0
      )
      return sum >= total && queues.every((q) => q.consumerOffset === q.brokerOffset)
    }
  )

/** Messages that lie with the group's dead ones; the topic is made for the first of them. */
export const deadLetters = async (rig: GrpcRig): Promise<number> => {
  const topics = await rig.admin.fetchAllTopicList()
  if (!topics.includes('%DLQ%G')) return 0
  const { answers } = await rig.admin.examineTopicStats('%DLQ%G')
  return answers.flatMap(({ value }) => value).reduce((sum, { maxOffset }) => sum + maxOffset, 0)
}
