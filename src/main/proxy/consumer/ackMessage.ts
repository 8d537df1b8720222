/** AckMessage, ChangeInvisibleDuration, ForwardMessageToDeadLetterQueue. Java: AckMessageActivity, ChangeInvisibleDurationActivity, ForwardMessageToDLQActivity. */
import type { Log } from '../../base/log'
import { isForeseen, statusOf } from '../grpc/statusOf'
import { groupOf, topicOf } from '../message/names'
import { millisOf } from '../message/times'
import type { ProxyConfig } from '../proxyConfig'
import type { Sessions } from '../sessions/clientSession'
import { Code, OK, status, StatusError } from '../v2/code'
import { ClientType, Language } from '../v2/enums'
import type {
  AckMessageEntry,
  AckMessageResultEntry,
  Maybe,
  Resource,
  Status
} from '../v2/messages'
import type { MessagingService } from '../v2/methods'
import type { BrokerReceipts } from './brokerReceipts'
import { parseHandle, type Owner } from './receiptHandle'
import { retryDelayMs, type ReceiptHandles } from './receiptHandles'
import { checkInvisibleTime } from './receiveRequest'

/** Entries of one AckMessage; SDKs send one. */
export const MAX_ACK_ENTRIES = 1024

export interface AckDeps {
  log: Log
  sessions: Pick<Sessions, 'find'>
  config: Pick<ProxyConfig, 'maxInvisibleTimeMills'>
  brokers: BrokerReceipts
  handles: Pick<ReceiptHandles, 'use' | 'give'>
}

type AckMethods = Pick<
  MessagingService,
  'AckMessage' | 'ChangeInvisibleDuration' | 'ForwardMessageToDeadLetterQueue'
>

/** @throws StatusError ILLEGAL_TOPIC, ILLEGAL_CONSUMER_GROUP. */
const ownerOf = (request: { topic?: Maybe<Resource>; group?: Maybe<Resource> }): Owner => ({
  topic: topicOf(request.topic),
  group: groupOf(request.group)
})

/** What all have in common. */
const commonOf = (entries: readonly AckMessageResultEntry[]): Status => {
  const [first] = entries
  if (!first) return OK
  const isSame = entries.every((entry) => entry.status.code === first.status.code)
  return isSame ? first.status : status(Code.MULTIPLE_RESULTS)
}

export const ackMessage = ({ log, sessions, config, brokers, handles }: AckDeps): AckMethods => {
  const failed = (what: string, error: unknown): Status => {
    if (!isForeseen(error)) log.error(`${what} failed`, error)
    return statusOf(error)
  }

  const ackOne = async (owner: Owner, entry: AckMessageEntry): Promise<AckMessageResultEntry> => {
    const { messageId = '', receiptHandle = '' } = entry
    try {
      await handles.use(owner, receiptHandle, ({ handle }) => brokers.ack(owner, handle))
      return { messageId, receiptHandle, status: OK }
    } catch (error) {
      return { messageId, receiptHandle, status: failed('AckMessage', error) }
    }
  }

  /** The npm push client means seconds where it sends milliseconds: its nacks wait as the group's policy has it at least. */
  const leastDelayMs = (clientId: string, reconsumeTimes = 0): number => {
    const { clientType, settings } = sessions.find(clientId) ?? {}
    const isNpmPush =
      clientType === ClientType.PUSH_CONSUMER && settings?.userAgent?.language === Language.NODE_JS
    return isNpmPush ? retryDelayMs(reconsumeTimes + 1) : 0
  }

  return {
    AckMessage: async (request) => {
      const owner = ownerOf(request)
      const { entries = [] } = request
      if (entries.length > MAX_ACK_ENTRIES)
        throw new StatusError(
          Code.BAD_REQUEST,
          `${entries.length} messages are acknowledged at once, at most ${MAX_ACK_ENTRIES} may be`
        )
      const results = await Promise.all(entries.map((entry) => ackOne(owner, entry)))
      return { status: commonOf(results), entries: results }
    },

    ChangeInvisibleDuration: async (request, call) => {
      const { receiptHandle = '' } = request
      try {
        const owner = ownerOf(request)
        const max = config.maxInvisibleTimeMills
        const asked = checkInvisibleTime(millisOf(request.invisibleDuration) ?? 0, 0, max)
        const changed = await handles.use(owner, receiptHandle, ({ handle, reconsumeTimes }) => {
          const least = leastDelayMs(call.clientId, reconsumeTimes)
          return brokers.changeInvisible(owner, handle, Math.max(asked, least))
        })
        return { status: OK, receiptHandle: handles.give(owner, changed) }
      } catch (error) {
        // With a handle: SDKs keep what an answer carries, also one that says no.
        return { status: failed('ChangeInvisibleDuration', error), receiptHandle }
      }
    },

    ForwardMessageToDeadLetterQueue: async (request) => {
      const owner = ownerOf(request)
      const { receiptHandle = '', messageId = '' } = request
      parseHandle(owner, receiptHandle)
      try {
        await handles.use(owner, receiptHandle, async ({ handle }) => {
          await brokers.copyToDeadLetters(owner, handle, messageId)
          await brokers.ack(owner, handle)
        })
      } catch (error) {
        // Clients ask every second until they hear OK: a message that is out of their hands is settled.
        const isSettled = error instanceof StatusError && error.code === Code.INVALID_RECEIPT_HANDLE
        if (!isSettled) throw error
      }
      return { status: OK }
    }
  }
}
