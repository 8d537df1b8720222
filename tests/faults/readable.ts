/** What both adapters make of a stored message. */
import type { StoredMessage } from '../../src/main/protocol/message/messageCodec'
import { messageKeys } from '../../src/main/store/messageKeys'
import { hashOf, idOfBody } from './history'
import type { ObservedLookup, ObservedMessage } from './observation'

/** Says which message of the test a stored one is; undefined: none. */
export type Identify = (message: StoredMessage) => string | undefined

/** Bodies of `bodyWithId`. */
export const identifyByBody: Identify = ({ body }) => idOfBody(body)

export interface ObserveOptions {
  identify?: Identify
  /** Ask the key index for each key of every n-th message of a queue: 1 (the default) all, 0 none. */
  lookUpEvery?: number
}

/** Hits one lookup asks for; a broker gives no more than 64 either. */
export const LOOKUP_MAX_NUM = 64

export const observedMessage = (message: StoredMessage, identify: Identify): ObservedMessage => ({
  offset: message.queueOffset,
  id: identify(message),
  bodyHash: hashOf(message.body),
  keys: messageKeys(message.properties),
  physicalOffset: message.physicalOffset,
  storeTimestamp: message.storeTimestamp
})

export const observedHit = (message: StoredMessage): ObservedLookup['hits'][number] => ({
  topic: message.topic,
  queueId: message.queueId,
  offset: message.queueOffset,
  keys: messageKeys(message.properties)
})

/** The keys to ask for, each once. */
export const keysToLookUp = (
  messages: Iterable<ObservedMessage>,
  { lookUpEvery = 1 }: ObserveOptions
): Set<string> => {
  const keys = new Set<string>()
  if (lookUpEvery === 0) return keys
  let n = 0
  for (const message of messages)
    if (n++ % lookUpEvery === 0) for (const key of message.keys) keys.add(key)
  return keys
}
