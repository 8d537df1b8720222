/** Java: org.apache.rocketmq.tools.command.message; what asks for one message, and what sends one. */
import { TextDecoder } from 'node:util'
import { mastersOf } from '../../admin/topicAdmin'
import type { MessageTrack } from '../../admin/trackAdmin'
import type { MessageExt } from '../../client/messageExt'
import { messageQueue } from '../../protocol/bodies/messageQueue'
import { formatHost } from '../../protocol/message/host'
import { decodeMessageId } from '../../protocol/message/messageId'
import { RMQ_SYS_TRACE_TOPIC } from '../../protocol/topicNames'
import { milliseconds, printf, seconds } from '../printf'
import { NotFoundError, truth, UsageError, verb, wholeNumber, type VerbContext } from '../verb'

const topic = { short: 't', about: 'topic name', required: true } as const
const bodyFormat = { short: 'f', about: 'charset of the body, default UTF-8' } as const

/** As mqadmin asks by key. */
const MAX_FOUND = 64
/** Groups that are asked about one message. */
const MAX_TRACKS = 64
/** As mqadmin asks by unique id. */
const MAX_UNIQUE = 32

/** @throws UsageError for a charset this Node has not. */
export const decoder = (charset: string | undefined): TextDecoder => {
  try {
    return new TextDecoder(charset ?? 'utf-8')
  } catch {
    throw new UsageError(`${charset ?? ''}: this charset is not known; UTF-8 and GBK are`)
  }
}

export const plainMessage = (message: MessageExt, text: TextDecoder) => ({
  topic: message.topic,
  brokerName: message.brokerName,
  queueId: message.queueId,
  queueOffset: message.queueOffset,
  commitLogOffset: message.physicalOffset,
  msgId: message.msgId,
  offsetMsgId: message.offsetMsgId,
  tags: message.tags,
  keys: message.keys,
  reconsumeTimes: message.reconsumeTimes,
  bornTimestamp: message.bornTimestamp,
  storeTimestamp: message.storeTimestamp,
  bornHost: formatHost(message.bornHost),
  storeHost: formatHost(message.storeHost),
  sysFlag: message.sysFlag,
  properties: Object.fromEntries(message.properties),
  body: text.decode(message.body)
})

const detail = (message: MessageExt, text: TextDecoder): string => {
  const plain = plainMessage(message, text)
  const properties = message.properties.map(([name, value]) => `${name}=${value}`).join(', ')
  const lines: [string, string | number][] = [
    ['OffsetID:', plain.offsetMsgId],
    ['Topic:', plain.topic],
    ['Tags:', `[${plain.tags === '' ? 'null' : plain.tags}]`],
    ['Keys:', `[${plain.keys === '' ? 'null' : plain.keys}]`],
    ['Queue ID:', plain.queueId],
    ['Queue Offset:', plain.queueOffset],
    ['CommitLog Offset:', plain.commitLogOffset],
    ['Reconsume Times:', plain.reconsumeTimes],
    ['Born Timestamp:', milliseconds(plain.bornTimestamp)],
    ['Store Timestamp:', milliseconds(plain.storeTimestamp)],
    ['Born Host:', plain.bornHost],
    ['Store Host:', plain.storeHost],
    ['System Flag:', plain.sysFlag],
    ['Properties:', `{${properties}}`],
    ['Message Body:', plain.body]
  ]
  return lines.map(([name, value]) => printf('%-20s %s', name, value)).join('\n')
}

/** Who consumed it, as mqadmin tells below the message; nothing where nobody can be asked. */
const tracksOf = async ({ admin }: VerbContext, message: MessageExt): Promise<MessageTrack[]> => {
  try {
    return (await admin.messageTrackDetail(message, MAX_TRACKS)).tracks
  } catch {
    return [] // the message itself is the answer; its topic may be gone meanwhile
  }
}

const trackLines = (tracks: readonly MessageTrack[]): string =>
  tracks.length === 0
    ? 'WARN: No Consumer'
    : tracks
        .map(
          ({ consumerGroup, trackType, exceptionDesc }) =>
            `MessageTrack [consumerGroup=${consumerGroup}, trackType=${trackType}, exceptionDesc=${exceptionDesc || 'null'}]`
        )
        .join('\n')

const showWithTracks = async (
  context: VerbContext,
  message: MessageExt,
  text: TextDecoder
): Promise<void> => {
  const tracks = await tracksOf(context, message)
  const told = tracks.map(({ consumerGroup, trackType }) => ({ consumerGroup, trackType }))
  context.show(
    { ...plainMessage(message, text), tracks: told },
    () => `${detail(message, text)}\n\n\n${trackLines(tracks)}`
  )
}

const byUniqueKey = async (
  { admin, tools }: VerbContext,
  name: string,
  key: string
): Promise<MessageExt[]> => {
  const brokers = mastersOf(await admin.examineTopicRouteInfo(name))
  const query = { topic: name, key, maxNum: MAX_UNIQUE, isUniqueKey: true }
  const all = { beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  const found = await tools.queryMessage(brokers, { ...query, ...all })
  // The index knows hashes: what only looks alike is left out.
  return found.filter(({ msgId }) => msgId === key)
}

const queryMsgById = verb({
  name: 'queryMsgById',
  about: 'A message by its id, of either kind',
  options: {
    topic,
    msgId: { short: 'i', about: 'one id, or several separated by commas', required: true },
    bodyFormat
  },
  run: async (given, context) => {
    const text = decoder(given.bodyFormat)
    const ids = given.msgId.split(',').map((id) => id.trim()).filter((id) => id !== '') // prettier-ignore
    for (const id of ids) {
      // Both kinds may have 32 digits; one that names no broker of ours is a unique id.
      const [unique] = await byUniqueKey(context, given.topic.trim(), id)
      const found = unique ?? (decodeMessageId(id) && (await context.admin.viewMessage(id)))
      if (!found) throw new NotFoundError(`Message not found! ${given.topic.trim()} has none with the id ${id}`) // prettier-ignore
      await showWithTracks(context, found, text)
    }
  }
})

const queryMsgByUniqueKey = verb({
  name: 'queryMsgByUniqueKey',
  about: 'A message by the id its producer gave it',
  options: {
    topic,
    msgId: { short: 'i', about: 'unique id', required: true },
    showAll: { short: 'a', flag: true, about: `every copy, ${MAX_UNIQUE} at most` }
  },
  run: async (given, context) => {
    const text = decoder(undefined)
    const found = await byUniqueKey(context, given.topic.trim(), given.msgId.trim())
    if (found.length === 0) throw new NotFoundError(`Message not found! ${given.topic.trim()} has none with the id ${given.msgId.trim()}`) // prettier-ignore
    for (const message of given.showAll ? found : found.slice(0, 1))
      await showWithTracks(context, message, text)
  }
})

const queryMsgByKey = verb({
  name: 'queryMsgByKey',
  about: 'Messages by a word of their KEYS',
  options: {
    topic,
    msgKey: { short: 'k', about: 'key', required: true },
    beginTimestamp: { short: 'b', about: 'from this time, milliseconds; default 0' },
    endTimestamp: { short: 'e', about: 'up to this time, milliseconds' },
    maxNum: { short: 'm', about: `messages of each broker at most, default ${MAX_FOUND}` }
  },
  run: async (given, { admin, tools, show }) => {
    const name = given.topic.trim()
    const found = await tools.queryMessage(mastersOf(await admin.examineTopicRouteInfo(name)), {
      topic: name,
      key: given.msgKey.trim(),
      maxNum: wholeNumber('maxNum', given.maxNum, MAX_FOUND, { min: 1 }),
      beginTimestamp: wholeNumber('beginTimestamp', given.beginTimestamp, 0),
      endTimestamp: wholeNumber('endTimestamp', given.endTimestamp, Number.MAX_SAFE_INTEGER),
      isUniqueKey: false
    })
    const having = found.filter(({ keys }) => keys.split(' ').includes(given.msgKey.trim()))
    const text = decoder(undefined)
    show(
      having.map((message) => plainMessage(message, text)),
      () =>
        // prettier-ignore
        [
        printf('%-50s %4s %40s', '#Message ID', '#QID', '#Offset'),
        ...having.map((m) => printf('%-50s %4d %40d', m.msgId, m.queueId, m.queueOffset))
      ].join('\n')
    )
  }
})

const queryMsgByOffset = verb({
  name: 'queryMsgByOffset',
  about: 'The message at a place of a queue',
  options: {
    topic,
    brokerName: { short: 'b', about: 'broker name', required: true },
    queueId: { short: 'i', about: 'queue', required: true },
    offset: { short: 'o', about: 'queue offset', required: true },
    bodyFormat
  },
  run: async (given, context) => {
    const { admin } = context
    const text = decoder(given.bodyFormat)
    const queue = messageQueue(given.topic.trim(), given.brokerName.trim(), wholeNumber('queueId', given.queueId, 0)) // prettier-ignore
    const offset = wholeNumber('offset', given.offset, 0)
    const { messages, minOffset, maxOffset } = await admin.browse({ queue, offset, limit: 1 })
    const found = messages.find((message) => message.queueOffset === offset)
    if (!found)
      throw new NotFoundError(`Message not found! the queue holds ${minOffset} to ${maxOffset - 1}`)
    await showWithTracks(context, found, text)
  }
})

const TRACE_FORMAT = '%-10s %-20s %-20s %-20s %-10s %-10s'

const queryMsgTraceById = verb({
  name: 'queryMsgTraceById',
  about: 'What clients told of a message, where they trace',
  options: {
    msgId: { short: 'i', about: 'unique id', required: true },
    traceTopic: { short: 't', about: `topic of the traces, default ${RMQ_SYS_TRACE_TOPIC}` }
  },
  run: async (given, { admin, show }) => {
    const traceTopic = given.traceTopic?.trim() ?? RMQ_SYS_TRACE_TOPIC
    const msgId = given.msgId.trim()
    const { records } = await admin.queryMessageTrace({ topic: traceTopic, msgId, traceTopic })
    const line = (
      kind: string,
      group: string,
      host: string,
      at: number,
      cost: number,
      status: string
    ): string =>
      // prettier-ignore
      printf(TRACE_FORMAT, kind, group, host, seconds(at), `${cost}ms`, status)
    const lines: string[] = []
    for (const { record, clientHost } of records)
      if (record.type === 'Pub')
        lines.push(
          printf(TRACE_FORMAT, '#Type', '#ProducerGroup', '#ClientHost', '#SendTime', '#CostTimes', '#Status'), // prettier-ignore
          line('Pub', record.group, clientHost, record.timestamp, record.costTime, record.success ? 'success' : 'failed'), // prettier-ignore
          ''
        )
    const consumed = records.filter(({ record }) => record.type === 'SubAfter')
    for (const group of new Set(consumed.map(({ record }) => record.group))) {
      lines.push(printf(TRACE_FORMAT, '#Type', '#ConsumerGroup', '#ClientHost', '#ConsumerTime', '#CostTimes', '#Status')) // prettier-ignore
      for (const { record, clientHost } of consumed)
        if (record.type === 'SubAfter' && record.group === group)
          lines.push(line('Sub', group, clientHost, record.timestamp, record.costTime, record.success ? 'success' : 'failed')) // prettier-ignore
      lines.push('')
    }
    show(records, () => lines.join('\n'))
  }
})

const sendMessage = verb({
  name: 'sendMessage',
  about: 'Sends one message',
  options: {
    topic,
    body: { short: 'p', about: 'body, as UTF-8', required: true },
    key: { short: 'k', about: 'keys, separated by blanks' },
    tags: { short: 'c', about: 'tag' },
    broker: { short: 'b', about: 'with -i: broker name' },
    qid: { short: 'i', about: 'with -b: exactly this queue' },
    msgTraceEnable: { short: 'm', about: 'false: no client trace is sent; brokers of Gantry trace themselves' } // prettier-ignore
  },
  run: async (given, { admin, show }) => {
    if (truth('msgTraceEnable', given.msgTraceEnable, false))
      throw new UsageError('sendMessage: -m true: the command line sends no client trace')
    if (given.qid !== undefined && given.broker === undefined)
      throw new UsageError('sendMessage: Broker name must be set if the queue is chosen!')
    const queue =
      given.qid === undefined || given.broker === undefined
        ? undefined
        : { brokerName: given.broker.trim(), queueId: wholeNumber('qid', given.qid, 0) }
    const sent = await admin.send(
      {
        topic: given.topic.trim(),
        body: Buffer.from(given.body.trim()),
        ...(given.tags !== undefined && { tags: given.tags.trim() }),
        ...(given.key !== undefined && { keys: given.key.trim() })
      },
      { queue }
    )
    const { messageQueue: where, sendStatus, msgId } = sent
    show(sent, () =>
      [
        printf('%-32s  %-4s  %-20s    %s', '#Broker Name', '#QID', '#Send Result', '#MsgId'),
        printf('%-32s  %-4s  %-20s    %s', where.brokerName, where.queueId, sendStatus, msgId)
      ].join('\n')
    )
  }
})

export const messageVerbs = [
  queryMsgById,
  queryMsgByUniqueKey,
  queryMsgByKey,
  queryMsgByOffset,
  queryMsgTraceById,
  sendMessage
]
