/** Does a topic take messages of a type? Java: DefaultTopicMessageTypeValidator. */
import { isDlqTopic, isRetryTopic } from '../../protocol/topicNames'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import type { ProxyConfig } from '../proxyConfig'
import type { Metadata, TopicMessageType } from '../remote/metadata'
import { Code, StatusError } from '../v2/code'

interface Deps {
  config: Pick<ProxyConfig, 'enableTopicMessageTypeCheck'>
  metadata: Pick<Metadata, 'messageType'>
}

/** @throws StatusError MESSAGE_PROPERTY_CONFLICT_WITH_TYPE; RemotingError TOPIC_NOT_EXIST. */
export type TopicTypeCheck = (topic: string, messageType: TopicMessageType) => Promise<void>

export const topicTypeCheck = ({ config, metadata }: Deps): TopicTypeCheck => {
  /** While nobody can be asked nothing is refused: whether a broker takes the message the send will tell. */
  const typeOf = (topic: string): Promise<TopicMessageType> =>
    metadata.messageType(topic).catch((error: unknown) => {
      if (error instanceof RemotingConnectError || error instanceof RemotingTimeoutError)
        return 'MIXED'
      throw error
    })

  return async (topic, messageType) => {
    if (!config.enableTopicMessageTypeCheck || isRetryTopic(topic) || isDlqTopic(topic)) return
    const topicType = await typeOf(topic)
    if (topicType === 'MIXED' || topicType === messageType) return
    throw new StatusError(
      Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
      `topic ${topic} takes ${topicType} messages (message.type), this one is ${messageType}`
    )
  }
}
