/** A store whose messages are put with keys and asked for by them. */
import { decodeMessage } from '../protocol/message/messageCodec'
import { formatProperties } from '../protocol/message/properties'
import type { PutMessageResult, QueryMessageQuery } from './messageStore'
import { message, StoreRig, type MessageDraft, type RigOptions } from './storeRig'

/** Many tables: each of at most four keys. */
export const tinyTables: RigOptions = {
  limits: { indexEntries: 4, hotTailBytes: 0, arenaChunkBytes: 1, openFiles: 3 },
  config: { mappedFileSizeCommitLog: 3_000 }
}

export const keyed = (keys: string, uniqKey = ''): MessageDraft => ({
  properties: formatProperties([
    ['KEYS', keys],
    ['UNIQ_KEY', uniqKey]
  ])
})

export class IndexRig extends StoreRig {
  /** Stores one message; throws what the store said when it did not. */
  async put(
    topic: string,
    body: string,
    keys: string,
    more: MessageDraft = {}
  ): Promise<Extract<PutMessageResult, { queueOffset: number }>> {
    const result = await this.store.putMessage(message(topic, body, { ...keyed(keys), ...more }))
    if (result.status !== 'PUT_OK') throw new Error(result.status)
    return result
  }

  /** The bodies found by a key, newest first. */
  async ask(key: string, more: Partial<QueryMessageQuery> = {}, topic = 'T'): Promise<string[]> {
    const query = { maxNum: 32, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER, ...more }
    const { messages } = await this.store.queryMessage({ topic, key, ...query })
    return messages.map((bytes) => decodeMessage(bytes).body.toString())
  }
}
