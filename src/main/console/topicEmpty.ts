/** Taking all messages out of a topic: RocketMQ knows no such request, so it is deleted and made anew (ADR 33). */
import type { Handlers } from '../../shared/contract'
import type { TopicEmptied } from '../../shared/topicViews'
import type { Admin } from '../admin/admin'
import type { BrokerRef } from '../admin/adminCall'
import { ProblemError } from '../cluster/problem'
import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { refuseSystemTopic } from './topic'

interface Deps {
  admin: Pick<
    Admin,
    'findMasters' | 'examineTopicConfig' | 'createAndUpdateTopicConfig' | 'deleteTopicInBroker'
  >
}

/** Tries to make the topic again where it was deleted; without it its settings would be lost. */
const ATTEMPTS = 3

const attributesOf = ({ attributes }: TopicConfig): string =>
  Object.entries(attributes)
    .map(([key, value]) => `+${key}=${value}`)
    .join(',')

export const topicEmptyHandlers = ({ admin }: Deps) => {
  const makeAnew = async ({ address, brokerName }: BrokerRef, config: TopicConfig) => {
    const { topicName } = config
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.createAndUpdateTopicConfig(address, {
          ...config,
          attributes: attributesOf(config)
        })
        return
      } catch (error) {
        if (attempt < ATTEMPTS) continue
        const { readQueueNums, writeQueueNums, perm } = config
        throw new ProblemError(
          'EMPTIED_NOT_MADE',
          { topic: topicName, brokerName, readQueueNums, writeQueueNums, perm },
          error instanceof Error ? error.message : String(error)
        )
      }
    }
  }

  /** One broker after the other: what fails leaves the others as they were. */
  const empty = async (topic: string): Promise<TopicEmptied> => {
    const masters = await admin.findMasters()
    refuseSystemTopic(topic, masters)
    const brokerNames: string[] = []
    for (const broker of masters) {
      const config = await admin.examineTopicConfig(broker.address, topic)
      if (!config) continue
      await admin.deleteTopicInBroker(broker.address, topic)
      await makeAnew(broker, config)
      brokerNames.push(broker.brokerName)
    }
    if (brokerNames.length === 0)
      throw new ProblemError('TOPIC_NOT_EXIST', { topic }, `no broker has ${topic}`)
    return { brokerNames }
  }

  return { 'topic.empty': ({ topic }) => empty(topic) } satisfies Partial<Handlers>
}
