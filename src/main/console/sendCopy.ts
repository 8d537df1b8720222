/** A stored message as a new one: what its program set is kept, what RocketMQ set is made anew. */
import { systemPropertyNames } from '../../shared/systemProperties'
import type { Message } from '../client/message'
import type { MessageExt } from '../client/messageExt'
import { ProblemError } from '../cluster/problem'

/** @throws ProblemError BODY_NOT_READABLE: what is stored compressed and cannot be inflated is no body to send. */
export const copyOfMessage = (message: MessageExt, topic: string): Message => {
  const { body, tags, keys, flag, compression, isInflated, msgId } = message
  if (compression !== 'none' && !isInflated)
    throw new ProblemError('BODY_NOT_READABLE', { compression }, `the body of ${msgId} cannot be inflated`) // prettier-ignore
  const properties = message.properties.filter(([name]) => !systemPropertyNames.has(name))
  return { topic, body, tags, keys, flag, properties }
}
