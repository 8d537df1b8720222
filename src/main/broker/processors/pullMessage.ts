/** PULL_MESSAGE (11), LITE_PULL_MESSAGE (361). Java: PullMessageProcessor. */
import { MASTER_ID } from '../../../shared/clusterSpec'
import { assertNever } from '../../base/assertNever'
import type { Clock } from '../../base/clock'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  PullMessageRequestHeader,
  PullMessageResponseHeader,
  PullSysFlag
} from '../../protocol/headers/consume'
import { RemotingError, type ExtFields, type Reply } from '../../protocol/remotingCommand'
import { route, type RequestContext, type Route } from '../../remoting/route'
import type { GetMessageResult, MessageStore } from '../../store/messageStore'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerStatsManager } from '../brokerStatsManager'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'
import type { SubscriptionFilter } from '../filter/subscriptionFilter'
import type { OffsetMovedEvents } from '../offsetMovedEvents'
import type { PullCheck, PullPermit } from '../pullCheck'
import type { PullFromWhere } from '../pullFromWhere'
import { MAX_HELD_PULLS, type PullRequestHoldService } from '../pullRequestHoldService'
import type { MessageTrace } from '../trace/messageTrace'
import type { TrafficTail } from '../trafficTail'

/** A pull is held this long at most, whatever it asks for: well below the idle limit of a connection. */
export const MAX_SUSPEND_MS = 60_000

interface Deps {
  clock: Pick<Clock, 'now' | 'monotonic'>
  config: Pick<BrokerConfig, 'longPollingEnable' | 'shortPollingTimeMills'>
  pullCheck: Pick<PullCheck, 'judge'>
  fromWhere: Pick<PullFromWhere, 'suggestWhichBrokerId' | 'leavesOffset' | 'isSlave'>
  store: Pick<MessageStore, 'getMessage' | 'getMinOffsetInQueue' | 'getMaxOffsetInQueue'>
  offsets: Pick<ConsumerOffsetManager, 'commit' | 'commitPull' | 'queryThenEraseResetOffset'>
  heldPulls: Pick<PullRequestHoldService, 'hold'>
  stats: Pick<BrokerStatsManager, 'incGet' | 'incGetLatency' | 'incGetMiss'>
  tail: Pick<TrafficTail, 'isOpen' | 'offer'>
  trace: Pick<MessageTrace, 'delivered'>
  offsetMoved: Pick<OffsetMovedEvents, 'generate'>
}

type Context = RequestContext<PullMessageRequestHeader>

/** Up to where a held pull has looked, and with what. */
interface Looked {
  filter: SubscriptionFilter
  scannedTo: number
}

const isSame = (one: SubscriptionFilter, other: SubscriptionFilter): boolean =>
  one.matches === other.matches && one.matchesMessage === other.matchesMessage

/** In every answer a client takes for a pull status. */
const pullExtFields = (
  { topic, group }: PullPermit,
  suggestWhichBrokerId: number,
  offsets: Pick<GetMessageResult, 'nextBeginOffset' | 'minOffset' | 'maxOffset'>
): ExtFields =>
  PullMessageResponseHeader.encode({
    suggestWhichBrokerId,
    nextBeginOffset: offsets.nextBeginOffset,
    minOffset: offsets.minOffset,
    maxOffset: offsets.maxOffset,
    topicSysFlag: topic.topicSysFlag,
    groupSysFlag: group.groupSysFlag
  })

/** The end reached behind messages that did not match: the client goes on from there, as if they were scanned now. */
const advanced = (result: GetMessageResult): GetMessageResult =>
  result.status === 'OFFSET_OVERFLOW_ONE' ? { ...result, status: 'NO_MATCHED_MESSAGE' } : result

/** The one place where a store's status becomes a response code. */
const codeOf = ({ status }: GetMessageResult, queueOffset: number): number => {
  switch (status) {
    case 'FOUND':
      return ResponseCode.SUCCESS
    case 'NO_MATCHED_MESSAGE':
    case 'MESSAGE_WAS_REMOVING':
      return ResponseCode.PULL_RETRY_IMMEDIATELY
    case 'OFFSET_FOUND_NULL':
    case 'OFFSET_OVERFLOW_ONE':
      return ResponseCode.PULL_NOT_FOUND
    case 'NO_MATCHED_LOGIC_QUEUE':
    case 'NO_MESSAGE_IN_QUEUE':
      return queueOffset === 0 ? ResponseCode.PULL_NOT_FOUND : ResponseCode.PULL_OFFSET_MOVED
    case 'OFFSET_OVERFLOW_BADLY':
    case 'OFFSET_TOO_SMALL':
      return ResponseCode.PULL_OFFSET_MOVED
    default:
      return assertNever(status)
  }
}

export const pullMessage = (deps: Deps): Route[] => {
  const { clock, config, pullCheck: check, fromWhere, store, offsets, heldPulls, stats } = deps

  const pollingMs = ({ sysFlag, suspendTimeoutMillis }: PullMessageRequestHeader): number => {
    if ((sysFlag & PullSysFlag.SUSPEND) === 0) return 0
    const wanted = config.longPollingEnable ? suspendTimeoutMillis : config.shortPollingTimeMills
    return Math.min(wanted, MAX_SUSPEND_MS)
  }

  const answer = (
    context: Context,
    permit: PullPermit,
    result: GetMessageResult,
    since: number
  ): Reply => {
    const code = codeOf(result, context.header.queueOffset)
    if (code === ResponseCode.SUCCESS) count(deps, context, result, since)
    else stats.incGetMiss()
    if (code === ResponseCode.PULL_OFFSET_MOVED && !fromWhere.isSlave) {
      const { consumerGroup: group, topic, queueId, queueOffset: offsetRequest } = context.header
      const offsetNew = result.nextBeginOffset
      deps.offsetMoved.generate({ group, topic, queueId, offsetRequest, offsetNew })
    }
    const suggested = fromWhere.suggestWhichBrokerId(permit.group, result)
    const reply: Reply = {
      code,
      remark: result.status,
      extFields: pullExtFields(permit, suggested, result)
    }
    if (code === ResponseCode.SUCCESS) reply.body = result.messages
    return reply
  }

  /** Answers, or holds the pull when nothing is there and it may wait. */
  const conclude = (
    context: Context,
    permit: PullPermit,
    result: GetMessageResult,
    since: number,
    mayHold: boolean
  ): Reply | Promise<Reply> => {
    const { header, connection } = context
    const waitMs = mayHold && codeOf(result, header.queueOffset) === ResponseCode.PULL_NOT_FOUND ? pollingMs(header) : 0 // prettier-ignore
    if (waitMs <= 0) return answer(context, permit, result, since)
    return new Promise((resolve, reject) => {
      const held = heldPulls.hold({
        group: header.consumerGroup,
        topic: header.topic,
        queueId: header.queueId,
        offset: header.queueOffset,
        filter: permit.filter,
        deadline: clock.monotonic() + waitMs,
        connection,
        // Judged anew: the topic or the subscription may have changed while it waited.
        resume: (scannedTo) => {
          Promise.resolve()
            .then(() => pull(context, false, { filter: permit.filter, scannedTo }))
            .then(resolve, reject)
        }
      })
      if (!held)
        reject(
          new RemotingError(
            ResponseCode.SYSTEM_BUSY,
            `[OVERLOAD]${MAX_HELD_PULLS} pulls wait for messages already; pull again later`
          )
        )
    })
  }

  /** Java: GetMessageStatus.OFFSET_RESET. The client drops what it holds and begins there. */
  const answerReset = ({ header }: Context, permit: PullPermit, nextBeginOffset: number): Reply => {
    const { topic, queueId } = header
    const minOffset = store.getMinOffsetInQueue(topic, queueId)
    const maxOffset = store.getMaxOffsetInQueue(topic, queueId)
    return {
      code: ResponseCode.PULL_OFFSET_MOVED,
      remark: 'OFFSET_RESET',
      extFields: pullExtFields(permit, MASTER_ID, { nextBeginOffset, minOffset, maxOffset })
    }
  }

  const pull = (context: Context, isFirst: boolean, looked?: Looked): Reply | Promise<Reply> => {
    const { header, command, connection } = context
    const since = clock.monotonic()
    const permit = check.judge(command.code, header)
    const { filter } = permit
    const { consumerGroup, topic, queueId, queueOffset, maxMsgNums, maxMsgBytes } = header
    // What the pull would commit is of before the reset.
    const reset = offsets.queryThenEraseResetOffset(consumerGroup, topic, queueId)
    if (reset !== undefined) return answerReset(context, permit, reset)
    // What arrived while the pull was held was judged already, if by this very filter.
    const offset = looked && isSame(looked.filter, filter) ? looked.scannedTo : queueOffset
    if (isFirst && (header.sysFlag & PullSysFlag.COMMIT_OFFSET) !== 0)
      offsets.commit(consumerGroup, topic, queueId, header.commitOffset, connection)
    const result = store.getMessage({
      topic,
      queueId,
      offset,
      maxMsgNums: Math.max(1, maxMsgNums),
      ...(maxMsgBytes !== undefined && maxMsgBytes > 0 && { maxMsgBytes }),
      ...(filter.matches && { matches: filter.matches }),
      ...(filter.matchesMessage && { matchesMessage: filter.matchesMessage })
    })
    const finish = (r: GetMessageResult): Reply | Promise<Reply> => {
      const seen = offset > queueOffset ? advanced(r) : r
      const left = fromWhere.leavesOffset(seen, offset)
      const result: GetMessageResult = left ? { ...seen, status: 'OFFSET_OVERFLOW_ONE', nextBeginOffset: offset } : seen // prettier-ignore
      return conclude(context, permit, result, since, isFirst)
    }
    return result instanceof Promise ? result.then(finish) : finish(result)
  }

  const handle = (context: Context): Reply | Promise<Reply> => pull(context, true)

  return [
    route(RequestCode.PULL_MESSAGE, PullMessageRequestHeader, handle),
    route(RequestCode.LITE_PULL_MESSAGE, PullMessageRequestHeader, handle)
  ]
}

const count = (
  {
    stats,
    tail,
    trace,
    offsets,
    clock
  }: Pick<Deps, 'stats' | 'tail' | 'trace' | 'offsets' | 'clock'>,
  { header, connection }: Context,
  { messages, bytes, nextBeginOffset, queueOffsets }: GetMessageResult,
  since: number
): void => {
  const { consumerGroup: group, topic, queueId } = header
  stats.incGet(group, topic, messages.length, bytes)
  stats.incGetLatency(group, topic, queueId, clock.monotonic() - since)
  trace.delivered('pull', topic, queueId, queueOffsets, group, connection)
  offsets.commitPull(group, topic, queueId, nextBeginOffset)
  if (!tail.isOpen) return
  const at = clock.now()
  const client = connection.remoteAddress
  for (const record of messages) tail.offer({ kind: 'get', at, record, group, client })
}
