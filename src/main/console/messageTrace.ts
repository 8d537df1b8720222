/** One story from what the store holds, what brokers saw and what clients told. */
import { assertNever } from '../base/assertNever'
import type { Handlers } from '../../shared/contract'
import type { TraceEventKind, TraceEventView } from '../../shared/traceViews'
import type { Admin } from '../admin/admin'
import type { ClientTrace, FoundTrace } from '../admin/traceAdmin'
import type { MessageExt } from '../client/messageExt'
import type { BrokerTraceEvent } from '../protocol/bodies/brokerTrace'
import { MessageConst } from '../protocol/message/properties'
import {
  isDlqTopic,
  isRetryTopic,
  RMQ_SYS_SCHEDULE_TOPIC,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  TIMER_TOPIC
} from '../protocol/topicNames'

interface Deps {
  admin: Pick<Admin, 'queryMessageTrace'>
}

const parkedKinds = new Map<string, TraceEventKind>([
  [RMQ_SYS_SCHEDULE_TOPIC, 'scheduled'],
  [TIMER_TOPIC, 'scheduled'],
  [RMQ_SYS_TRANS_HALF_TOPIC, 'half'],
  [RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC, 'unresolved']
])

const kindOf = ({ topic }: MessageExt): TraceEventKind => {
  if (isDlqTopic(topic)) return 'dead'
  return parkedKinds.get(topic) ?? (isRetryTopic(topic) ? 'retry' : 'stored')
}

const isAbout = (event: BrokerTraceEvent, copy: MessageExt): boolean =>
  event.topic === copy.topic &&
  event.queueId === copy.queueId &&
  copy.queueOffset >= event.from &&
  copy.queueOffset < event.from + event.count

const numberOf = (text: string | undefined): number | undefined => {
  const number = Number(text ?? NaN)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Absent is left out, so that the view is what is known. */
const known = <T extends object>(fields: T): Known<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')
  ) as Known<T>

const storeEvent = (copy: MessageExt, put: BrokerTraceEvent | undefined): TraceEventView => {
  const { brokerName, topic, queueId, queueOffset, reconsumeTimes, storeTimestamp: at } = copy
  const kind = kindOf(copy)
  const properties = new Map(copy.properties)
  const level = numberOf(properties.get(MessageConst.PROPERTY_DELAY_TIME_LEVEL))
  const dueAt = numberOf(properties.get(MessageConst.PROPERTY_TIMER_OUT_MS))
  return {
    ...{ at, kind, source: 'store', brokerName, topic, queueId, queueOffset },
    ...(reconsumeTimes > 0 && { reconsumeTimes }),
    ...(topic === RMQ_SYS_SCHEDULE_TOPIC && known({ delayLevel: level })),
    ...(topic === TIMER_TOPIC && known({ dueAt })),
    ...known({ group: put?.group, client: put?.client })
  }
}

const brokerKind = ({ kind }: BrokerTraceEvent): TraceEventKind | undefined => {
  switch (kind) {
    case 'put':
      return undefined
    case 'pull':
    case 'pop':
      return 'delivered'
    case 'commit':
    case 'ack':
      return 'acknowledged'
    case 'invisible':
      return 'postponed'
    case 'rewind':
      return 'rewound'
    case 'sendBack':
      return 'givenBack'
    case 'dead':
      return 'givenUp'
    case 'check':
      return 'checked'
    case 'rollback':
      return 'rolledBack'
    default:
      return assertNever(kind)
  }
}

const brokerEvents = (
  brokerName: string,
  events: readonly BrokerTraceEvent[],
  copies: readonly MessageExt[]
): TraceEventView[] =>
  events.flatMap((event): TraceEventView[] => {
    const kind = brokerKind(event)
    const copy = copies.find((one) => one.brokerName === brokerName && isAbout(event, one))
    if (kind === undefined || copy === undefined) return []
    const { at, topic, queueId, group, client } = event
    const result = kind === 'delivered' ? event.kind : undefined
    return [
      {
        ...{ at, kind, source: 'broker', brokerName, topic, queueId },
        queueOffset: copy.queueOffset,
        ...known({ group, client, result })
      }
    ]
  })

/** Groups of SubAfter by requestId, for clients that tell them only with SubBefore. */
type GroupsOfRequests = ReadonlyMap<string, { group: string; timestamp: number }>

const clientEvent = (
  { record, clientHost: client }: ClientTrace,
  requests: GroupsOfRequests
): TraceEventView => {
  const { timestamp: at, group } = record
  const common = { at, source: 'client' as const, ...known({ group, client }) }
  switch (record.type) {
    case 'Pub': {
      const { topic, costTime: costMs, success } = record
      // The record's time is when the send began.
      return { ...common, kind: 'sent', topic, costMs, success }
    }
    case 'SubBefore': {
      const { retryTimes } = record
      const again = retryTimes > 0 && { reconsumeTimes: retryTimes }
      return { ...common, kind: 'consuming', ...again }
    }
    case 'SubAfter': {
      const { costTime: costMs, success, consumeReturnType: result, requestId } = record
      const begun = requests.get(requestId)
      return {
        ...common,
        at: at || (begun?.timestamp ?? 0) + costMs,
        kind: 'consumed',
        ...known({ group: group || begun?.group, result }),
        ...{ costMs, success }
      }
    }
    case 'EndTransaction':
      return { ...common, kind: 'transactionEnded', topic: record.topic, result: record.state }
    case 'Recall':
      return { ...common, kind: 'recalled', topic: record.topic, success: record.success }
    default:
      return assertNever(record)
  }
}

/** Events of one moment come in this order; those not named, after them. */
const ORDER: readonly TraceEventKind[] = [
  ...(['sent', 'half', 'scheduled', 'stored', 'retry'] as const),
  ...(['delivered', 'consuming', 'consumed'] as const)
]

const rank = ({ kind }: TraceEventView): number => {
  const at = ORDER.indexOf(kind)
  return at < 0 ? ORDER.length : at
}

export const traceEvents = ({ copies, records, brokers }: FoundTrace): TraceEventView[] => {
  const events = copies.map((copy) => {
    const answer = brokers.find(({ brokerName }) => brokerName === copy.brokerName)?.answer
    const put = answer?.events.find((event) => event.kind === 'put' && isAbout(event, copy))
    return storeEvent(copy, put)
  })
  for (const { brokerName, answer } of brokers)
    events.push(...brokerEvents(brokerName, answer?.events ?? [], copies))
  const requests = new Map(
    records.flatMap(({ record }) =>
      record.type === 'SubBefore' ? [[record.requestId, record] as const] : []
    )
  )
  events.push(...records.map((trace) => clientEvent(trace, requests)))
  return events.sort((a, b) => a.at - b.at || rank(a) - rank(b))
}

export const messageTraceHandlers = ({ admin }: Deps) =>
  ({
    'message.trace': async (query) => {
      const { topic, msgId } = query
      const found = await admin.queryMessageTrace(query)
      const brokers = found.brokers.map(({ brokerName, answer }) => ({
        brokerName,
        ...(answer && { since: answer.since })
      }))
      const { skipped: skippedRecords, isPartial } = found
      return { topic, msgId, events: traceEvents(found), brokers, skippedRecords, isPartial }
    }
  }) satisfies Partial<Handlers>
