/** Where a message and its copies lie, what clients told of it, and what brokers saw: on any cluster, as far as it goes. */
import {
  encodeTraceQuery,
  readTraceAnswer,
  type BrokerTraceAnswer
} from '../protocol/bodies/brokerTrace'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { QueryMessageRequestHeader } from '../protocol/headers/consume'
import { decodeMessages } from '../protocol/message/messageCodec'
import { MessageConst } from '../protocol/message/properties'
import {
  dlqTopicOf,
  groupOfDlqTopic,
  groupOfRetryTopic,
  isDlqTopic,
  isRetryTopic,
  retryTopicOf,
  RMQ_SYS_SCHEDULE_TOPIC,
  RMQ_SYS_TRACE_TOPIC,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  TIMER_TOPIC
} from '../protocol/topicNames'
import { decodeTraceRecords, type TraceRecord } from '../protocol/trace/traceRecord'
import { formatHost } from '../protocol/message/host'
import { toMessageExt, type MessageExt } from '../client/messageExt'
import {
  callBroker,
  findMasters,
  gather,
  inParallel,
  jsonOf,
  unlessCode,
  type AdminDeps,
  type BrokerRef
} from './adminCall'
import type { topicAdmin } from './topicAdmin'

/** Messages one query brings of one broker; as mqadmin asks for. */
const MAX_FOUND = 64
/** Topics a message is looked for in: its own, those that keep messages back, and retry and dead letters per group. */
export const MAX_TRACED_TOPICS = 64
/** Places one broker is asked about; Gantry takes as many. */
const MAX_PLACES = 256

export interface TraceQuery {
  topic: string
  /** Unique id, or a word of KEYS. */
  msgId: string
  /** Where clients send their records; RMQ_SYS_TRACE_TOPIC without it. */
  traceTopic?: string | undefined
}

/** A record with the client that told it. */
export interface ClientTrace {
  record: TraceRecord
  clientHost: string
}

export interface FoundTrace {
  /** The message and its copies, each where it lies, oldest first. */
  copies: MessageExt[]
  records: ClientTrace[]
  /** Records that could not be read. */
  skipped: number
  /** Brokers that hold a copy; `answer` undefined: it keeps no trace of its own, as RocketMQ's. */
  brokers: { brokerName: string; answer: BrokerTraceAnswer | undefined }[]
  /** More groups consume the topic than were looked at. */
  isPartial: boolean
}

type TopicAdmin = Pick<ReturnType<typeof topicAdmin>, 'queryTopicConsumeByWho'>

const parkingTopics = [
  RMQ_SYS_SCHEDULE_TOPIC,
  TIMER_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC
]

/** Topics a copy says it was sent to. */
const topicsNamedBy = ({ topic, properties }: MessageExt): string[] => [
  topic,
  ...properties.flatMap(([name, value]) =>
    name === MessageConst.PROPERTY_RETRY_TOPIC || name === MessageConst.PROPERTY_REAL_TOPIC
      ? [value]
      : []
  )
]

const groupOf = (topic: string): string | undefined => {
  if (isRetryTopic(topic)) return groupOfRetryTopic(topic)
  return isDlqTopic(topic) ? groupOfDlqTopic(topic) : undefined
}

export const traceAdmin = (deps: AdminDeps, topics: TopicAdmin) => {
  const queryAt = async (
    { address, brokerName }: BrokerRef,
    topic: string,
    key: string
  ): Promise<MessageExt[]> => {
    const extFields = QueryMessageRequestHeader.encode({
      ...{ topic, key, maxNum: MAX_FOUND, beginTimestamp: 0 },
      endTimestamp: Number.MAX_SAFE_INTEGER
    })
    const response = await unlessCode(
      [ResponseCode.QUERY_NOT_FOUND, ResponseCode.TOPIC_NOT_EXIST],
      callBroker(deps, address, { code: RequestCode.QUERY_MESSAGE, extFields })
    )
    return decodeMessages(response?.body ?? Buffer.alloc(0)).map((stored) =>
      toMessageExt(stored, brokerName)
    )
  }

  const queryIn = async (
    masters: readonly BrokerRef[],
    names: readonly string[],
    key: string
  ): Promise<MessageExt[]> => {
    const pairs = names.flatMap((topic) => masters.map((broker) => ({ topic, broker })))
    const found = await inParallel(pairs, ({ topic, broker }) => queryAt(broker, topic, key))
    const failure = found.find(({ status }) => status === 'rejected')
    // A broker that is down has nothing to say; one that answers is enough.
    if (failure?.status === 'rejected' && found.every(({ status }) => status === 'rejected'))
      throw failure.reason
    return found.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
  }

  /** None for a topic that is gone: its dead letters may still be there. */
  const groupsOf = async (topic: string): Promise<string[]> =>
    (await unlessCode([ResponseCode.TOPIC_NOT_EXIST], topics.queryTopicConsumeByWho(topic))) ?? []

  const copiesOf = async (masters: readonly BrokerRef[], { topic, msgId }: TraceQuery) => {
    const looked = new Set<string>()
    const copies: MessageExt[] = []
    let isPartial = false
    let next = new Set([topic, ...parkingTopics])
    while (next.size > 0) {
      const room = MAX_TRACED_TOPICS - looked.size
      isPartial ||= next.size > room
      const names = [...next].slice(0, room)
      if (names.length === 0) break
      for (const name of names) looked.add(name)
      const found = (await queryIn(masters, names, msgId)).filter((copy) => copy.msgId === msgId)
      copies.push(...found)
      const named = [...new Set([topic, ...found.flatMap(topicsNamedBy)])]
      const groups = named.flatMap((name) => groupOf(name) ?? [])
      for (const name of named)
        if (groupOf(name) === undefined && !parkingTopics.includes(name))
          groups.push(...(await groupsOf(name)))
      const all = [...named, ...groups.flatMap((group) => [retryTopicOf(group), dlqTopicOf(group)])]
      next = new Set(all.filter((name) => !looked.has(name)))
    }
    copies.sort((a, b) => a.storeTimestamp - b.storeTimestamp || a.physicalOffset - b.physicalOffset) // prettier-ignore
    return { copies, isPartial }
  }

  const recordsOf = async (
    masters: readonly BrokerRef[],
    traceTopic: string,
    key: string,
    isWanted: (record: TraceRecord) => boolean
  ) => {
    const messages = await queryIn(masters, [traceTopic], key)
    const records: ClientTrace[] = []
    let skipped = 0
    for (const { body, bornHost } of messages) {
      const decoded = decodeTraceRecords(body)
      skipped += decoded.skipped
      for (const record of decoded.records) {
        if (!isWanted(record)) continue
        const told = 'clientHost' in record ? record.clientHost : ''
        records.push({ record, clientHost: told || formatHost(bornHost) })
      }
    }
    return { records, skipped }
  }

  const findRecords = (masters: readonly BrokerRef[], query: TraceQuery) => {
    const { msgId, traceTopic = RMQ_SYS_TRACE_TOPIC } = query
    return recordsOf(masters, traceTopic, msgId, (record) => record.msgId === msgId)
  }

  const askBroker = async ({ address, brokerName }: BrokerRef, copies: readonly MessageExt[]) => {
    const code = RequestCode.GANTRY_QUERY_MESSAGE_TRACE
    const places = copies
      .filter((copy) => copy.brokerName === brokerName)
      .slice(0, MAX_PLACES)
      .map(({ topic, queueId, queueOffset }) => ({ topic, queueId, queueOffset }))
    const response = await unlessCode(
      [ResponseCode.REQUEST_CODE_NOT_SUPPORTED],
      callBroker(deps, address, { code, body: encodeTraceQuery(places) })
    )
    return { brokerName, answer: response && readTraceAnswer(jsonOf(response, code)) }
  }

  return {
    /** The message and its copies, wherever they lie. */
    findCopies: async (query: TraceQuery): Promise<Pick<FoundTrace, 'copies' | 'isPartial'>> =>
      copiesOf(await findMasters(deps), query),

    /** Records in a trace topic that name an id or a word of KEYS, each with its client. */
    queryTraceRecords: async (
      traceTopic: string,
      key: string
    ): Promise<Pick<FoundTrace, 'records' | 'skipped'>> => {
      const isNamed = ({ msgId, ...record }: TraceRecord): boolean =>
        msgId === key || ('keys' in record && record.keys.split(/\s+/).includes(key))
      return recordsOf(await findMasters(deps), traceTopic, key, isNamed)
    },

    /** Everything known of one message; empty where nothing has that id. Java: queryMsgTraceById, and more. */
    queryMessageTrace: async (query: TraceQuery): Promise<FoundTrace> => {
      const masters = await findMasters(deps)
      const { copies, isPartial } = await copiesOf(masters, query)
      const { records, skipped } = await findRecords(masters, query)
      const holders = masters.filter(({ brokerName }) =>
        copies.some((copy) => copy.brokerName === brokerName)
      )
      const { answers } = await gather(holders, (broker) => askBroker(broker, copies))
      return { copies, records, skipped, brokers: answers.map(({ value }) => value), isPartial }
    }
  }
}
