/** The dead letters of all groups: how many, which, and sending them again. */
import type {
  DeadLetter,
  DeadLetterCursor,
  DeadLetterGroup,
  DeadLetterInbox,
  DeadLetterPage,
  ResendOutcome
} from '../../shared/deadLetterViews'
import type { Handlers, ParsedOf } from '../../shared/contract'
import {
  MAX_LETTER_GROUPS,
  MAX_LETTER_PAGE_BYTES,
  MAX_LETTER_QUEUES
} from '../../shared/letterLimits'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { inParallel, type BrokerRef } from '../admin/adminCall'
import type { TopicStats } from '../admin/topicAdmin'
import type { MessageExt } from '../client/messageExt'
import { ProblemError } from '../cluster/problem'
import { messageQueue } from '../protocol/bodies/messageQueue'
import type { TopicConfig } from '../protocol/bodies/topicConfig'
import { formatHost } from '../protocol/message/host'
import { MessageConst } from '../protocol/message/properties'
import { ResponseCode } from '../protocol/codes/responseCode'
import { PERM_READ } from '../protocol/permName'
import { RemotingError } from '../protocol/remotingCommand'
import {
  dlqTopicOf,
  groupOfDlqTopic,
  isDlqTopic,
  isRetryTopic,
  popRetryTopicOf,
  retryTopicOf
} from '../protocol/topicNames'
import { messageAt } from './messageActions'
import { messageDetail, messageSummary } from './messageView'
import { newestFirst } from './newestFirst'
import { copyOfMessage } from './sendCopy'

interface Deps {
  admin: Pick<
    Admin,
    | 'getTopicConfigOfMasters'
    | 'examineTopicStatsAt'
    | 'examineTopicRouteInfo'
    | 'searchOffset'
    | 'browse'
    | 'send'
    | 'sendBack'
  >
  problemOf: (error: unknown) => Problem
}

/** A %DLQ% topic on one broker. */
interface DlqOnBroker {
  broker: BrokerRef
  config: TopicConfig
}

const stored = ({ offsets }: TopicStats): number =>
  offsets.reduce((sum, { minOffset, maxOffset }) => sum + Math.max(0, maxOffset - minOffset), 0)

const newestOf = ({ offsets }: TopicStats): number =>
  Math.max(0, ...offsets.map(({ lastUpdateTimestamp }) => lastUpdateTimestamp))

const propertyOf = (message: MessageExt, ...names: string[]): string =>
  names
    .map((wanted) => message.properties.find(([name]) => name === wanted)?.[1])
    .find((value) => value !== undefined && value !== '') ?? ''

/** Where it was sent first. Old clients name the retry topic it came from last; that is no origin. */
export const originTopicOf = (message: MessageExt): string => {
  const topic = propertyOf(
    message,
    MessageConst.PROPERTY_DLQ_ORIGIN_TOPIC,
    MessageConst.PROPERTY_RETRY_TOPIC
  )
  return isRetryTopic(topic) ? propertyOf(message, MessageConst.PROPERTY_RETRY_TOPIC) : topic
}

const letterOf = (message: MessageExt, withBody: boolean): DeadLetter => {
  const { properties, bodyBase64, bodyCRC, storeHost } = messageDetail(message)
  return {
    ...messageSummary(message),
    groupName: groupOfDlqTopic(message.topic),
    originTopic: originTopicOf(message),
    originMsgId: propertyOf(
      message,
      MessageConst.PROPERTY_DLQ_ORIGIN_MESSAGE_ID,
      MessageConst.PROPERTY_ORIGIN_MESSAGE_ID
    ),
    reconsumeTimes: message.reconsumeTimes,
    bornHost: formatHost(message.bornHost),
    ...(withBody && { detail: { properties, bodyBase64, bodyCRC, storeHost } })
  }
}

export const deadLetterHandlers = ({ admin, problemOf }: Deps) => {
  const dlqTopics = async (groupName?: string): Promise<DlqOnBroker[]> => {
    const { answers } = await admin.getTopicConfigOfMasters()
    const wanted = groupName === undefined ? undefined : dlqTopicOf(groupName)
    return answers.flatMap(({ broker, value }) =>
      [...value.values()]
        .filter(({ topicName }) => isDlqTopic(topicName))
        .filter(({ topicName }) => wanted === undefined || topicName === wanted)
        .map((config) => ({ broker, config }))
    )
  }

  const statsOf = (topics: readonly DlqOnBroker[]) =>
    inParallel(topics, ({ broker, config }) =>
      admin.examineTopicStatsAt(broker.address, config.topicName)
    )

  const inbox = async (): Promise<DeadLetterInbox> => {
    const topics = await dlqTopics()
    const groups = new Map<string, DeadLetterGroup>()
    const outcomes = await statsOf(topics)
    topics.forEach(({ broker: { brokerName }, config }, i) => {
      const groupName = groupOfDlqTopic(config.topicName)
      const group = groups.get(groupName) ?? {
        ...{ groupName, count: 0, lastTimestamp: 0, unreadable: [], problems: [] }
      }
      groups.set(groupName, group)
      const outcome = outcomes[i]!
      if (outcome.status === 'rejected') {
        group.problems.push({ brokerName, problem: problemOf(outcome.reason) })
        return
      }
      group.count += stored(outcome.value)
      group.lastTimestamp = Math.max(group.lastTimestamp, newestOf(outcome.value))
      if ((config.perm & PERM_READ) === 0) group.unreadable.push(brokerName)
    })
    const shown = [...groups.values()]
      .sort((a, b) => b.lastTimestamp - a.lastTimestamp || (a.groupName < b.groupName ? -1 : 1))
      .slice(0, MAX_LETTER_GROUPS)
    const total = shown.reduce((sum, { count }) => sum + count, 0)
    return { groups: shown, found: groups.size, total }
  }

  type Query = ParsedOf<'deadLetter.list'>
  type Failures = DeadLetterPage['problems']

  /** The queues with what the query's times make of them. */
  const openCursors = async (query: Query, failures: Failures): Promise<DeadLetterCursor[]> => {
    const { groupName, from, to } = query
    const fail = (topic: string, brokerName: string, reason: unknown): void => {
      failures.push({ groupName: groupOfDlqTopic(topic), brokerName, problem: problemOf(reason) })
    }
    const topics = await dlqTopics(groupName)
    const outcomes = await statsOf(topics)
    const queues = topics.flatMap(({ broker, config }, i) => {
      const outcome = outcomes[i]!
      if (outcome.status === 'fulfilled')
        return outcome.value.offsets.filter(
          ({ minOffset, maxOffset, lastUpdateTimestamp }) =>
            maxOffset > minOffset && lastUpdateTimestamp >= from
        )
      fail(config.topicName, broker.brokerName, outcome.reason)
      return []
    })
    const bounded = queues.slice(0, MAX_LETTER_QUEUES)
    const ranges = await inParallel(bounded, async ({ queue, ...range }) => {
      const { minOffset, maxOffset, lastUpdateTimestamp: last } = range
      // Only where the bound lies inside: brokers differ in what they answer beyond the end.
      const lo = from > 0 ? await admin.searchOffset(queue, from) : minOffset
      const end = to < last ? await admin.searchOffset(queue, to + 1) : maxOffset
      return { lo: Math.max(lo, minOffset), end, newest: Math.min(last, to) }
    })
    return bounded.flatMap(({ queue: { topic, brokerName, queueId } }, i) => {
      const range = ranges[i]!
      if (range.status === 'fulfilled') return [{ topic, brokerName, queueId, ...range.value }]
      fail(topic, brokerName, range.reason)
      return []
    })
  }

  const list = async (query: Query): Promise<DeadLetterPage> => {
    const problems: Failures = []
    const start = query.cursors ?? (await openCursors(query, problems))
    let bytes = 0
    const { messages, cursors } = await newestFirst({
      cursors: start,
      limit: query.limit,
      read: async ({ topic, brokerName, queueId }, from, to) => {
        const queue = messageQueue(topic, brokerName, queueId)
        return (await admin.browse({ queue, offset: from, limit: to - from })).messages
      },
      goesOn: ({ body }) => !query.bodies || (bytes += body.length) < MAX_LETTER_PAGE_BYTES,
      onFailure: ({ topic, brokerName }, error) =>
        problems.push({
          groupName: groupOfDlqTopic(topic),
          brokerName,
          problem: problemOf(error)
        })
    })
    return {
      messages: messages.map((message) => letterOf(message, query.bodies)),
      cursors,
      left: cursors.reduce((sum, { lo, end }) => sum + end - lo, 0),
      problems
    }
  }

  /** To everybody who consumes its topic; a topic that is gone is not made anew by the send. */
  const sendToTopic = async (message: MessageExt): Promise<Partial<ResendOutcome>> => {
    const topic = originTopicOf(message)
    if (topic === '')
      throw new ProblemError('NO_ORIGIN_TOPIC', {}, `${message.msgId} does not say where it was sent`) // prettier-ignore
    await admin.examineTopicRouteInfo(topic)
    const { msgId } = await admin.send(copyOfMessage(message, topic))
    return { sentTo: topic, sentMsgId: msgId }
  }

  const exists = async (topic: string): Promise<boolean> => {
    try {
      await admin.examineTopicRouteInfo(topic)
      return true
    } catch (error) {
      if (error instanceof RemotingError && error.code === ResponseCode.TOPIC_NOT_EXIST)
        return false
      throw error
    }
  }

  /**
   * A copy with the same id in the topic the group takes retries from, where those who pop have one of their own; its
   * retries are counted anew, because clients drop what has had too many. Without such a topic as a consumer gives back.
   */
  const sendToGroup = async (message: MessageExt): Promise<Partial<ResendOutcome>> => {
    const group = groupOfDlqTopic(message.topic)
    const origin = originTopicOf(message)
    for (const topic of origin ? [popRetryTopicOf(origin, group), retryTopicOf(group)] : []) {
      if (!(await exists(topic))) continue
      const copy = copyOfMessage(message, topic)
      const { msgId } = await admin.send({
        ...copy,
        properties: [
          ...(copy.properties ?? []),
          [MessageConst.PROPERTY_RETRY_TOPIC, origin],
          [MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, message.msgId]
        ]
      })
      return { sentTo: topic, sentMsgId: msgId }
    }
    await admin.sendBack(message, group)
    return { sentTo: retryTopicOf(group) }
  }

  /** One after the other, in the order given; each has an outcome of its own. */
  const resend = async ({ letters, to }: ParsedOf<'deadLetter.resend'>) => {
    const outcomes: ResendOutcome[] = []
    for (const letter of letters) {
      let msgId = ''
      try {
        const message = await messageAt(admin, letter)
        msgId = message.msgId
        const sent = await (to === 'topic' ? sendToTopic(message) : sendToGroup(message))
        outcomes.push({ ...letter, msgId, ...sent })
      } catch (error) {
        outcomes.push({ ...letter, msgId, problem: problemOf(error) })
      }
    }
    return outcomes
  }

  return {
    'deadLetter.inbox': () => inbox(),
    'deadLetter.list': (query) => list(query),
    'deadLetter.resend': (draft) => resend(draft)
  } satisfies Partial<Handlers>
}
