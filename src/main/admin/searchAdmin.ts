/** Reading many messages without consuming any: queues by pulls of the tools' group, and the brokers' key index. */
import { SUB_ALL } from '../protocol/bodies/heartbeat'
import { messageQueue, type MessageQueue } from '../protocol/bodies/messageQueue'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { QueryMessageRequestHeader } from '../protocol/headers/consume'
import { decodeMessages, type StoredMessage } from '../protocol/message/messageCodec'
import { TOOLS_CONSUMER_GROUP } from '../protocol/topicNames'
import { searchOffset } from '../client/brokerCalls'
import { toMessageExt, type MessageExt } from '../client/messageExt'
import { pullMessage } from '../client/pullMessage'
import {
  ADMIN_TIMEOUT_MS,
  callBroker,
  findMasters,
  gather,
  inParallel,
  unlessCode,
  type AdminDeps,
  type BrokerRef
} from './adminCall'
import type { topicAdmin } from './topicAdmin'

/** Messages brokers give by the key index at once. Java: maxMsgsNumBatch. */
export const MAX_INDEXED_PER_ANSWER = 64
/** The index keeps times in seconds, counted from its file's first message. */
const INDEX_TIME_STEP_MS = 2000

/** A queue with the address of its master, and the offsets it has. */
export interface QueueToScan extends MessageQueue {
  address: string
  minOffset: number
  maxOffset: number
}

export interface QueuesToScan {
  queues: QueueToScan[]
  /** Brokers that did not answer. */
  missingBrokers: string[]
}

export interface Pulled<M = StoredMessage> {
  nextOffset: number
  messages: M[]
}

export interface IndexQuery {
  topic: string
  key: string
  begin: number
  end: number
}

export interface Indexed {
  messages: MessageExt[]
  missingBrokers: string[]
  /** `limit` was reached. */
  isCut: boolean
}

type TopicAdmin = Pick<ReturnType<typeof topicAdmin>, 'examineTopicStats'>

export const searchAdmin = (deps: AdminDeps, topics: TopicAdmin) => {
  const { client } = deps

  const queryIndexAt = async (
    { address, brokerName }: Pick<BrokerRef, 'address' | 'brokerName'>,
    { topic, key, begin, end }: IndexQuery
  ): Promise<MessageExt[]> => {
    const extFields = QueryMessageRequestHeader.encode({
      ...{ topic, key, maxNum: MAX_INDEXED_PER_ANSWER },
      ...{ beginTimestamp: begin, endTimestamp: end }
    })
    const response = await unlessCode(
      [ResponseCode.QUERY_NOT_FOUND, ResponseCode.TOPIC_NOT_EXIST],
      callBroker(deps, address, { code: RequestCode.QUERY_MESSAGE, extFields })
    )
    return decodeMessages(response?.body ?? Buffer.alloc(0)).map((stored) =>
      toMessageExt(stored, brokerName)
    )
  }

  /** Answer after answer, newest first, each ending where the one before began. */
  const queryIndexWhole = async (
    broker: BrokerRef,
    query: IndexQuery,
    limit: number
  ): Promise<{ messages: MessageExt[]; isCut: boolean }> => {
    const found = new Map<number, MessageExt>()
    let end = query.end
    while (found.size < limit) {
      const answer = await queryIndexAt(broker, { ...query, end })
      const before = found.size
      for (const message of answer) found.set(message.physicalOffset, message)
      if (answer.length < MAX_INDEXED_PER_ANSWER) return { messages: [...found.values()], isCut: false } // prettier-ignore
      const oldest = Math.min(...answer.map(({ storeTimestamp }) => storeTimestamp))
      // More of one moment than an answer takes cannot be told apart: those before it are still found.
      const isStuck = found.size === before && oldest + INDEX_TIME_STEP_MS >= end
      end = isStuck ? oldest - INDEX_TIME_STEP_MS : Math.min(end, oldest + INDEX_TIME_STEP_MS)
      if (end < query.begin) break
    }
    return { messages: [...found.values()], isCut: true }
  }

  return {
    /** Every queue of the topic on masters that answer. @throws RemotingError TOPIC_NOT_EXIST. */
    queuesToScan: async (topic: string): Promise<QueuesToScan> => {
      const { answers, failures } = await topics.examineTopicStats(topic)
      const queues = answers.flatMap(({ broker, value }) =>
        value
          .filter(({ queue }) => queue.brokerName === broker.brokerName)
          .map(({ queue: { queueId }, minOffset, maxOffset }) => ({
            ...messageQueue(topic, broker.brokerName, queueId),
            ...{ address: broker.address, minOffset, maxOffset }
          }))
      )
      return { queues, missingBrokers: failures.map(({ broker }) => broker.brokerName) }
    },

    /** Offsets between which everything stored from `begin` to `end` lies, and perhaps a little beside it. */
    offsetsOfTime: async (
      queue: QueueToScan,
      begin: number | undefined,
      end: number | undefined
    ): Promise<{ from: number; to: number }> => {
      const { address, minOffset, maxOffset } = queue
      const at = (timestamp: number) =>
        searchOffset(client, address, queue, timestamp, ADMIN_TIMEOUT_MS)
      // 4.x brokers answer the nearest message, on either side of the time asked for.
      const from = begin === undefined ? minOffset : (await at(Math.max(0, begin - 1))) - 1
      const to = end === undefined ? maxOffset : (await at(end + 1)) + 1
      return { from: Math.max(minOffset, from), to: Math.min(maxOffset, to) }
    },

    /** One pull, as stored; no group's progress moves. `tag`: only messages the broker thinks have it. */
    pullToLook: async (
      { address, topic, queueId, brokerName }: QueueToScan,
      offset: number,
      limit: number,
      tag: string | undefined
    ): Promise<Pulled> => {
      const result = await pullMessage(
        client,
        address,
        {
          ...{ consumerGroup: TOOLS_CONSUMER_GROUP, topic, queueId, brokerName },
          ...{ offset, maxMsgNums: limit, subscription: tag ?? SUB_ALL }
        },
        ADMIN_TIMEOUT_MS
      )
      return {
        nextOffset: result.nextBeginOffset,
        messages: result.messages
      }
    },

    /** By a word of KEYS or by the unique id: of every master that answers, at most `limit` of each. Java: queryMessage. */
    queryIndex: async (query: IndexQuery, limit: number): Promise<Indexed> => {
      const { answers, failures } = await gather(await findMasters(deps), (broker) =>
        queryIndexWhole(broker, query, limit)
      )
      return {
        messages: answers.flatMap(({ value }) => value.messages),
        isCut: answers.some(({ value }) => value.isCut),
        missingBrokers: failures.map(({ broker }) => broker.brokerName)
      }
    },

    /** Which of the topics have the unique id; one answer of each broker a topic. */
    findByUniqueId: async (names: readonly string[], id: string): Promise<MessageExt[]> => {
      const masters = await findMasters(deps)
      const pairs = names.flatMap((topic) => masters.map((broker) => ({ topic, broker })))
      const end = Number.MAX_SAFE_INTEGER
      const outcomes = await inParallel(pairs, ({ topic, broker }) =>
        queryIndexAt(broker, { topic, key: id, begin: 0, end })
      )
      return outcomes
        .flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
        .filter(({ msgId }) => msgId === id)
    }
  }
}
