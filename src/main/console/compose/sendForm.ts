/** One send of the composer, of whichever kind. */
import type { ComposeForm } from '../../../shared/composeForm'
import { QUEUE_BY_HASH } from '../../../shared/composeForm'
import { expandForm, type ExpandedMessage, type FeedRow } from '../../../shared/composeExpand'
import { MAX_REPLY_CHARS } from '../../../shared/composeLimits'
import type { ComposeResult, ReplyView } from '../../../shared/composeViews'
import type { Message } from '../../client/message'
import type { SendOptions, SendResult } from '../../client/messageSender'
import type { Reply } from '../../client/requestReply'
import { MessageConst } from '../../protocol/message/properties'
import { javaHashCode } from '../../protocol/message/tagsCode'
import { AUTO_CREATE_TOPIC_KEY_TOPIC } from '../../protocol/topicNames'
import { sendResultView } from '../messageActions'
import { bodyOf } from '../message'
import type { WindowClient } from '../windowClients'
import type { Transactions } from './transactions'

export interface SendPlace {
  seed: number
  /** Of the message in its run, from 0. */
  index: number
  row?: FeedRow | undefined
}

interface Deps {
  client: WindowClient
  transactions: Transactions
}

/** Java: MessageBuilder and Message setters; names of MessageConst. */
const kindProperties = (
  form: ComposeForm,
  { messageGroup }: ExpandedMessage
): [string, string][] => {
  switch (form.kind) {
    case 'fifo':
      return [[MessageConst.PROPERTY_SHARDING_KEY, messageGroup]]
    case 'timed':
      return form.due === 'in'
        ? [[MessageConst.PROPERTY_TIMER_DELAY_MS, String(form.dueInMs)]]
        : [[MessageConst.PROPERTY_TIMER_DELIVER_MS, String(form.dueAt)]]
    default:
      return []
  }
}

const messageOf = (form: ComposeForm, expanded: ExpandedMessage): Message => ({
  topic: form.topic.trim(),
  body: bodyOf({ body: expanded.body, bodyEncoding: form.bodyEncoding }),
  tags: expanded.tags,
  keys: expanded.keys,
  properties: [...expanded.properties, ...kindProperties(form, expanded)],
  ...(form.kind === 'delay' && { delayTimeLevel: form.delayLevel })
})

/** `broker-a:3` */
const queueOf = (queue: string): SendOptions['queue'] => {
  const at = queue.lastIndexOf(':')
  const queueId = Number(queue.slice(at + 1))
  return at > 0 && Number.isInteger(queueId)
    ? { brokerName: queue.slice(0, at), queueId }
    : undefined
}

/** Java: SelectMessageQueueByHash. */
const byHash = async (
  { producer }: WindowClient,
  topic: string,
  key: string
): Promise<SendOptions['queue']> => {
  const queues = await producer.publishQueues(topic)
  return queues[Math.abs(javaHashCode(key) % queues.length)]
}

const chosenQueue = (
  client: WindowClient,
  form: ComposeForm,
  { keys, messageGroup }: ExpandedMessage
): SendOptions['queue'] | Promise<SendOptions['queue']> => {
  const topic = form.topic.trim()
  const isByHash = form.queue === QUEUE_BY_HASH || (form.kind === 'fifo' && form.queue === '')
  if (!isByHash) return queueOf(form.queue)
  return byHash(client, topic, form.kind === 'fifo' ? messageGroup : (keys.split(/\s+/)[0] ?? ''))
}

const replyView = ({ body, properties, tookMs }: Reply): ReplyView => {
  const text = body.subarray(0, MAX_REPLY_CHARS * 4).toString('utf8')
  return {
    text: text.slice(0, MAX_REPLY_CHARS),
    isCut: text.length > MAX_REPLY_CHARS || body.length > MAX_REPLY_CHARS * 4,
    bodySize: body.length,
    properties: properties.map(([name, value]) => [name, value]),
    tookMs
  }
}

/** The route is asked for anew: a topic made a moment ago is known, a deleted one is not. */
export const forgetRoute = ({ instance: { routes } }: WindowClient, topic: string): void => {
  routes.forget(topic)
  routes.forget(AUTO_CREATE_TOPIC_KEY_TOPIC)
}

/** Messages of one send that are one frame on the wire. */
const stepSize = (form: ComposeForm): number => (form.kind === 'batch' ? form.batchCount : 1)

/** @throws as the producer does. */
export const sendForm = async (
  { client, transactions }: Deps,
  form: ComposeForm,
  { seed, index, row }: SendPlace,
  count = stepSize(form)
): Promise<ComposeResult> => {
  const { instance, producer, replies } = client
  const { clock } = instance
  const expanded = (at: number): ExpandedMessage =>
    expandForm(form, { seed, index: at, now: clock.now(), row })
  const first = expanded(index)
  const message = messageOf(form, first)
  const from = clock.monotonic()
  const options = { queue: await chosenQueue(client, form, first) }
  const viewOf = (sent: SendResult): ComposeResult => {
    const tookMs = Math.round((clock.monotonic() - from) * 10) / 10
    // Ids of a batch are joined.
    const [msgId = ''] = sent.msgId.split(',')
    const [offsetMsgId = ''] = sent.offsetMsgId.split(',')
    return {
      result: sendResultView({ ...sent, msgId, offsetMsgId }, tookMs),
      ...{ tookMs, count, msgId },
      ...(sent.recallHandle !== undefined && { recallHandle: sent.recallHandle })
    }
  }
  switch (form.kind) {
    case 'batch': {
      const others = Array.from({ length: count - 1 }, (_, i) => messageOf(form, expanded(index + i + 1))) // prettier-ignore
      return viewOf(await producer.sendBatch([message, ...others], options))
    }
    case 'transaction': {
      const { half, result } = await producer.sendHalf(message, options)
      const view = viewOf(result)
      await transactions.begin(client, half, message.body, form.end)
      return { ...view, transactionEnd: form.end }
    }
    case 'request': {
      const asked = { ...options, replyTimeoutMs: form.replyTimeoutMs }
      const { result, reply } = await replies.request(instance, producer, message, asked)
      return { ...viewOf(result), ...(reply && { reply: replyView(reply) }) }
    }
    default:
      if (form.mode !== 'oneway') return viewOf(await producer.send(message, options))
  }
  const msgId = instance.ids.createUniqID()
  const id: [string, string] = [MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, msgId]
  await producer.sendOneway(
    { ...message, properties: [...(message.properties ?? []), id] },
    options
  )
  return { tookMs: Math.round((clock.monotonic() - from) * 10) / 10, count: 1, msgId }
}
