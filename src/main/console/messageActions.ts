/** What is done with a stored message: who consumed it, giving it to a client, sending a copy. */
import type { Handlers } from '../../shared/contract'
import type { MessageRef } from '../../shared/drafts'
import { MAX_TRACED_MESSAGES, MAX_TRACKED_GROUPS } from '../../shared/messageLimits'
import type { MessageTrackView, TracedMessage } from '../../shared/searchViews'
import type { SendResultView } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { MessageTrack } from '../admin/trackAdmin'
import type { RealTime } from '../base/clock'
import type { MessageExt } from '../client/messageExt'
import type { SendResult } from '../client/messageSender'
import { ProblemError } from '../cluster/problem'
import { messageQueue } from '../protocol/bodies/messageQueue'
import { copyOfMessage } from './sendCopy'

interface Deps {
  admin: Pick<
    Admin,
    'browse' | 'messageTrackDetail' | 'consumeMessageDirectly' | 'queryTraceRecords' | 'send'
  >
  clock: Pick<RealTime, 'monotonic'>
}

/** @throws ProblemError MESSAGE_NOT_FOUND. */
export const messageAt = async (
  admin: Pick<Admin, 'browse'>,
  { topic, brokerName, queueId, queueOffset }: MessageRef
): Promise<MessageExt> => {
  const queue = messageQueue(topic, brokerName, queueId)
  const { messages } = await admin.browse({ queue, offset: queueOffset, limit: 1 })
  const message = messages.find((candidate) => candidate.queueOffset === queueOffset)
  if (message) return message
  const what = `${topic}@${queueId} of ${brokerName} has nothing at ${queueOffset}`
  throw new ProblemError('MESSAGE_NOT_FOUND', {}, what)
}

export const sendResultView = (result: SendResult, tookMs: number): SendResultView => {
  const { sendStatus, msgId, offsetMsgId, queueOffset } = result
  const { brokerName, queueId } = result.messageQueue
  return { sendStatus, msgId, offsetMsgId, brokerName, queueId, queueOffset, tookMs }
}

const trackView = (track: MessageTrack): MessageTrackView => ({
  groupName: track.consumerGroup,
  trackType: track.trackType,
  ...(track.exceptionDesc !== '' && { exceptionDesc: track.exceptionDesc }),
  ...(track.isPassed !== undefined && { isPassed: track.isPassed }),
  clients: track.connections.map(({ clientId, clientAddr, language }) => ({
    ...{ clientId, clientAddr, language }
  }))
})

export const messageActionHandlers = ({ admin, clock }: Deps) => {
  const timed = async <T>(asked: Promise<T>): Promise<{ value: T; tookMs: number }> => {
    const from = clock.monotonic()
    const value = await asked
    return { value, tookMs: Math.round(clock.monotonic() - from) }
  }

  return {
    'message.tracks': async (ref) => {
      const message = await messageAt(admin, ref)
      const { tracks, isPartial } = await admin.messageTrackDetail(message, MAX_TRACKED_GROUPS)
      return { tracks: tracks.map(trackView), isPartial }
    },
    'message.deliver': async ({ message: ref, groupName, clientId }) => {
      const message = await messageAt(admin, ref)
      const { value, tookMs } = await timed(
        admin.consumeMessageDirectly(message, groupName, clientId)
      )
      const { consumeResult, remark, spentTimeMills } = value
      return { consumeResult, remark, spentTimeMills, tookMs }
    },
    'message.copy': async ({ message: ref, topic }) => {
      const message = copyOfMessage(await messageAt(admin, ref), topic)
      const { value, tookMs } = await timed(admin.send(message))
      return sendResultView(value, tookMs)
    },
    'message.traceSearch': async ({ traceTopic, key }) => {
      const { records, skipped } = await admin.queryTraceRecords(traceTopic, key)
      const byId = new Map<string, TracedMessage>()
      for (const { record } of records) {
        const { msgId, timestamp: at } = record
        const known = byId.get(msgId)
        const topic = 'topic' in record ? record.topic : ''
        const tags = 'tags' in record ? record.tags : ''
        const keys = 'keys' in record ? record.keys : ''
        byId.set(msgId, {
          msgId,
          topic: known?.topic || topic,
          tags: known?.tags || tags,
          keys: known?.keys || keys,
          at: known?.at || at
        })
      }
      const messages = [...byId.values()].sort((a, b) => b.at - a.at)
      const isCut = messages.length > MAX_TRACED_MESSAGES
      return { messages: messages.slice(0, MAX_TRACED_MESSAGES), skipped, isCut }
    }
  } satisfies Partial<Handlers>
}
