/** Whole queues, message by message. Java: PrintMessageSubCommand, ConsumeMessageCommand. */
import { mastersOf } from '../../admin/topicAdmin'
import type { MessageExt } from '../../client/messageExt'
import { messageQueue, type MessageQueue } from '../../protocol/bodies/messageQueue'
import { SUB_ALL, tagsOf } from '../../protocol/bodies/heartbeat'
import { formatHost } from '../../protocol/message/host'
import { isReadable } from '../../protocol/permName'
import { NotFoundError, timestamp, truth, UsageError, verb, wholeNumber, type VerbContext } from '../verb' // prettier-ignore
import { decoder, plainMessage } from './message'

const topic = { short: 't', about: 'topic name', required: true } as const
const from = 'milliseconds, now, or yyyy-MM-dd#HH:mm:ss:SSS'

/** Messages asked for at a time. */
const AT_A_TIME = 32
/** As mqadmin consumeMessage without -c. */
const DEFAULT_MESSAGE_COUNT = 128

/** Java: MessageQueue.toString. */
const queueText = ({ topic: name, brokerName, queueId }: MessageQueue): string =>
  `MessageQueue [topic=${name}, brokerName=${brokerName}, queueId=${queueId}]`

/** Java: MessageExt.toString; of the body its size. */
const messageText = (m: MessageExt): string =>
  `MessageExt [brokerName=${m.brokerName}, queueId=${m.queueId}, storeSize=${m.storeSize}, ` +
  `queueOffset=${m.queueOffset}, sysFlag=${m.sysFlag}, bornTimestamp=${m.bornTimestamp}, ` +
  `bornHost=/${formatHost(m.bornHost)}, storeTimestamp=${m.storeTimestamp}, ` +
  `storeHost=/${formatHost(m.storeHost)}, msgId=${m.offsetMsgId}, commitLogOffset=${m.physicalOffset}, ` +
  `bodyCRC=${m.bodyCRC}, reconsumeTimes=${m.reconsumeTimes}, ` +
  `preparedTransactionOffset=${m.preparedTransactionOffset}, toString()=Message{topic='${m.topic}', ` +
  `flag=${m.flag}, properties={${m.properties.map(([k, v]) => `${k}=${v}`).join(', ')}}, ` +
  `body=${m.body.length} bytes}]`

const readQueues = async ({ admin }: VerbContext, name: string): Promise<MessageQueue[]> => {
  const route = await admin.examineTopicRouteInfo(name)
  const masters = new Set(mastersOf(route).map(({ brokerName }) => brokerName))
  return route.queueDatas
    .filter(({ brokerName, perm }) => masters.has(brokerName) && isReadable(perm))
    .flatMap(({ brokerName, readQueueNums }) =>
      Array.from({ length: readQueueNums }, (_, queueId) => messageQueue(name, brokerName, queueId))
    )
}

interface Reading {
  queue: MessageQueue
  begin: number
  /** Not included. */
  end: number
}

/** One after the other, nothing kept: a topic may be larger than memory. */
const eachMessage = async (
  { admin }: VerbContext,
  { queue, begin, end }: Reading,
  take: (message: MessageExt) => void
): Promise<void> => {
  for (let offset = begin; offset < end;) {
    const limit = Math.min(AT_A_TIME, end - offset)
    const { messages, nextOffset } = await admin.browse({ queue, offset, limit })
    for (const message of messages) if (message.queueOffset < end) take(message)
    if (nextOffset <= offset) break
    offset = nextOffset
  }
}

const rangeOf = async (
  { admin, clock }: VerbContext,
  queue: MessageQueue,
  begin: string | undefined,
  end: string | undefined
): Promise<{ minOffset: number; maxOffset: number }> => {
  const at = (name: string, text: string): Promise<number> =>
    admin.searchOffset(queue, timestamp(name, text, clock.now()))
  return {
    minOffset:
      begin === undefined ? await admin.minOffset(queue) : await at('beginTimestamp', begin),
    maxOffset: end === undefined ? await admin.maxOffset(queue) : await at('endTimestamp', end)
  }
}

const printMsg = verb({
  name: 'printMsg',
  about: 'Every message of a topic, queue by queue; consumes nothing',
  options: {
    topic,
    charsetName: { short: 'c', about: 'charset of bodies, default UTF-8' },
    subExpression: { short: 's', about: 'tags, as TagA || TagB; default all' },
    beginTimestamp: { short: 'b', about: `from this time: ${from}` },
    endTimestamp: { short: 'e', about: `up to this time: ${from}` },
    printBody: { short: 'd', about: 'with bodies, true (default) or false' }
  },
  run: async (given, context) => {
    const text = decoder(given.charsetName)
    const withBody = truth('printBody', given.printBody, true)
    const expression = given.subExpression?.trim() ?? SUB_ALL
    const tags = expression === SUB_ALL ? undefined : tagsOf(expression)
    for (const queue of await readQueues(context, given.topic.trim())) {
      const range = await rangeOf(context, queue, given.beginTimestamp, given.endTimestamp)
      const { minOffset, maxOffset } = range
      context.show(
        { ...queue, ...range },
        () => `minOffset=${minOffset}, maxOffset=${maxOffset}, ${queueText(queue)}`
      )
      await eachMessage(context, { queue, begin: minOffset, end: maxOffset }, (message) => {
        if (tags && !tags.includes(message.tags)) return
        const { body, ...plain } = plainMessage(message, text)
        context.show(
          withBody ? { ...plain, body } : plain,
          () =>
            `MSGID: ${message.msgId} ${messageText(message)} BODY: ${withBody ? body : 'NOT PRINT BODY'}`
        )
      })
    }
  }
})

const consumeMessage = verb({
  name: 'consumeMessage',
  about: 'The oldest messages of a topic or a queue; moves no group',
  options: {
    topic,
    brokerName: { short: 'b', about: 'broker name' },
    queueId: { short: 'i', about: 'with -b: this queue' },
    offset: { short: 'o', about: 'with -i: from this offset' },
    beginTimestamp: { short: 's', about: `from this time: ${from}` },
    endTimestamp: { short: 'e', about: `up to this time: ${from}` },
    MessageNumber: { short: 'c', about: `messages at most, default ${DEFAULT_MESSAGE_COUNT}` }
  },
  run: async (given, context) => {
    if (given.queueId !== undefined && given.brokerName === undefined)
      throw new UsageError('consumeMessage: Please set the brokerName before queueId!')
    if (given.offset !== undefined && given.queueId === undefined)
      throw new UsageError('consumeMessage: Please set queueId before offset!')
    const text = decoder(undefined)
    let left = wholeNumber('MessageNumber', given.MessageNumber, DEFAULT_MESSAGE_COUNT, { min: 1 })
    const queueId = given.queueId === undefined ? undefined : wholeNumber('queueId', given.queueId, 0) // prettier-ignore
    const queues = (await readQueues(context, given.topic.trim())).filter(
      (queue) =>
        (given.brokerName === undefined || queue.brokerName === given.brokerName.trim()) &&
        (queueId === undefined || queue.queueId === queueId)
    )
    if (queues.length === 0) throw new NotFoundError('the topic has no such queue')
    for (const queue of queues) {
      const range = await rangeOf(context, queue, given.beginTimestamp, given.endTimestamp)
      const begin = Math.max(range.minOffset, wholeNumber('offset', given.offset, 0))
      const end = Math.min(range.maxOffset, begin + left)
      await eachMessage(context, { queue, begin, end }, (message) => {
        left--
        const plain = plainMessage(message, text)
        context.show(
          plain,
          () => `Consume ok\nMSGID: ${message.msgId} ${messageText(message)} BODY: ${plain.body}`
        )
      })
      if (left <= 0) return
    }
  }
})

export const printVerbs = [printMsg, consumeMessage]
