/** Topic and group names as the proxy takes them. Java: GrpcValidator. */
import { Code, StatusError } from '../v2/code'
import type { Maybe, Resource } from '../v2/messages'
import { isSystemGroup, isSystemTopic } from '../../protocol/topicNames'

/** In characters. Java: GrpcValidator, TopicValidator.TOPIC_MAX_LENGTH. */
export const MAX_TOPIC_LENGTH = 127
/** In characters. */
export const MAX_GROUP_LENGTH = 120

const NAME = /^[%|a-zA-Z0-9_-]+$/

/** @throws StatusError ILLEGAL_TOPIC. */
export const topicOf = (resource: Maybe<Resource>): string => {
  const topic = resource?.name ?? ''
  const wrong = (why: string): StatusError => new StatusError(Code.ILLEGAL_TOPIC, why)
  if (topic.trim() === '') throw wrong('the topic has no name')
  if (topic.length > MAX_TOPIC_LENGTH)
    throw wrong(`a topic's name has at most ${MAX_TOPIC_LENGTH} characters, this one has ${topic.length}`) // prettier-ignore
  if (!NAME.test(topic)) throw wrong(`topic ${topic}: only letters, digits and % | _ - are taken`)
  if (isSystemTopic(topic)) throw wrong(`topic ${topic} is the system's own`)
  return topic
}

/** @throws StatusError ILLEGAL_CONSUMER_GROUP. */
export const groupOf = (resource: Maybe<Resource>): string => {
  const group = resource?.name ?? ''
  const wrong = (why: string): StatusError => new StatusError(Code.ILLEGAL_CONSUMER_GROUP, why)
  if (group.trim() === '') throw wrong('the consumer group has no name')
  if (group.length > MAX_GROUP_LENGTH)
    throw wrong(`a group's name has at most ${MAX_GROUP_LENGTH} characters, this one has ${group.length}`) // prettier-ignore
  if (!NAME.test(group)) throw wrong(`group ${group}: only letters, digits and % | _ - are taken`)
  if (isSystemGroup(group)) throw wrong(`group ${group} is the system's own`)
  return group
}
