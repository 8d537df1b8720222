/** Messages that are not yet due, on all brokers: which, and taking one back. */
import type { Handlers } from '../../shared/contract'
import { MAX_SCHEDULED_SHOWN } from '../../shared/letterLimits'
import type { ScheduledRef } from '../../shared/scheduledDrafts'
import type { ScheduledList, ScheduledMessage } from '../../shared/scheduledViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { BrokerRef } from '../admin/adminCall'
import type { MessageExt } from '../client/messageExt'
import { ProblemError } from '../cluster/problem'
import { MessageConst } from '../protocol/message/properties'
import { TIMER_TOPIC } from '../protocol/topicNames'
import { messageAt } from './messageActions'
import { copyOfMessage } from './sendCopy'
import { scanBroker, type ScanAdmin } from './scheduled/scanBroker'
import { handleOf, propertiesOf, timerDueAt } from './scheduled/scheduledMessage'

interface Deps {
  admin: ScanAdmin & Pick<Admin, 'findMasters' | 'examineTopicRouteInfo' | 'send' | 'recallMessage'>
  problemOf: (error: unknown) => Problem
  /** What the cluster's clock shows. */
  now: () => number
}

/** A copy is sent and the message recalled only if it is due later than this: both must happen before. */
const DELIVER_NOW_MARGIN_MS = 5000

/** What is due soonest; half messages, of which nobody knows, last and by age. */
const soonest = (a: ScheduledMessage, b: ScheduledMessage): number =>
  (a.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.dueAt ?? Number.MAX_SAFE_INTEGER) ||
  a.storeTimestamp - b.storeTimestamp

export const scheduledHandlers = ({ admin, problemOf, now }: Deps) => {
  const list = async (scan: number): Promise<ScheduledList> => {
    const masters = await admin.findMasters()
    const scans = await Promise.all(
      masters.map((broker) => scanBroker({ admin, broker, now: now(), budget: scan }))
    )
    const found = scans.flatMap(({ messages }) => messages).sort(soonest)
    return {
      messages: found.slice(0, MAX_SCHEDULED_SHOWN),
      matched: found.length,
      scanned: scans.reduce((sum, { scanned }) => sum + scanned, 0),
      left: scans.reduce((sum, { left }) => sum + left, 0),
      brokers: scans.map(({ broker }) => broker),
      problems: scans.flatMap(({ broker: { brokerName }, failures }) =>
        failures.map((error) => ({ brokerName, problem: problemOf(error) }))
      )
    }
  }

  /** @throws ProblemError MESSAGE_NOT_FOUND, NOT_RECALLABLE, RECALL_DISABLED, DUE_SOON. */
  const recallable = async ({ brokerName, queueOffset }: ScheduledRef, marginMs: number) => {
    const [broker] = (await admin.findMasters([brokerName])) as [BrokerRef]
    const place = { topic: TIMER_TOPIC, brokerName, queueId: 0, queueOffset }
    const message = await messageAt(admin, place)
    const properties = propertiesOf(message)
    const recallHandle = handleOf(message)
    const topic = properties.get(MessageConst.PROPERTY_REAL_TOPIC)
    if (recallHandle === undefined || topic === undefined)
      throw new ProblemError('NOT_RECALLABLE', {}, `${message.msgId} has no unique key, or goes to a retry topic`) // prettier-ignore
    const config = await admin.getBrokerConfig(broker.address)
    if (config.get('recallMessageEnable') !== 'true')
      throw new ProblemError('RECALL_DISABLED', { brokerName }, `${brokerName} has recallMessageEnable=false`) // prettier-ignore
    if (timerDueAt(message) <= now() + marginMs)
      throw new ProblemError('DUE_SOON', {}, `${message.msgId} is due within ${marginMs} ms`)
    const producerGroup = properties.get(MessageConst.PROPERTY_PRODUCER_GROUP) ?? ''
    const recall = () => admin.recallMessage(broker.address, { topic, recallHandle, producerGroup })
    return { message, topic, recall }
  }

  /** With the id it has: consumers that remember ids see one message, even where the recall fails. */
  const sendNow = async (message: MessageExt, topic: string): Promise<void> => {
    await admin.examineTopicRouteInfo(topic)
    const copy = copyOfMessage(message, topic)
    const id = [MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, message.msgId] as const
    await admin.send({ ...copy, properties: [...(copy.properties ?? []), id] })
  }

  return {
    'scheduled.list': ({ scan }) => list(scan),
    'scheduled.recall': async (ref) => {
      const { recall } = await recallable(ref, 0)
      await recall()
    },
    // The copy first: what fails in between costs a duplicate that is told, never the message.
    'scheduled.deliverNow': async (ref) => {
      const { message, topic, recall } = await recallable(ref, DELIVER_NOW_MARGIN_MS)
      await sendNow(message, topic)
      try {
        await recall()
      } catch (error) {
        const { message: reason } = problemOf(error)
        throw new ProblemError('SENT_NOT_RECALLED', { msgId: message.msgId, topic }, reason)
      }
    }
  } satisfies Partial<Handlers>
}
