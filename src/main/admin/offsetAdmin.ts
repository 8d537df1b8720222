import { readConsumerStatus, readResetOffsetBody, type QueueOffset } from '../protocol/bodies/admin'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  CloneGroupOffsetRequestHeader,
  GetConsumerStatusRequestHeader,
  ResetOffsetRequestHeader
} from '../protocol/headers/admin'
import { getMaxOffset, searchOffset, updateConsumerOffset } from '../client/brokerCalls'
import {
  ADMIN_TIMEOUT_MS,
  callBroker,
  findMaster,
  findMasters,
  gather,
  inParallel,
  jsonOf,
  onEvery,
  unlessCode,
  type AdminDeps,
  type BrokerRef
} from './adminCall'
import { brokerAdmin } from './brokerAdmin'
import { mastersOf, topicAdmin } from './topicAdmin'

export interface ResetOffset {
  group: string
  topic: string
  /** Milliseconds since the epoch; -1: the end of each queue, which skips what has accumulated. */
  timestamp: number
  /** Also forward. Brokers that keep resets themselves (5.x) always do. */
  isForce: boolean
}

/** A 4.9 broker, or one with useServerSideResetOffset=false, and nobody online. */
const NOT_ONLINE = [ResponseCode.CONSUMER_NOT_ONLINE]

export const offsetAdmin = (deps: AdminDeps) => {
  const { client, namesrv } = deps
  const { examineTopicStats } = topicAdmin(deps)
  const { getBrokerConfig } = brokerAdmin(deps)

  const invokeBrokerToResetOffset = async (
    { address }: BrokerRef,
    header: Parameters<typeof ResetOffsetRequestHeader.encode>[0]
  ): Promise<QueueOffset[]> => {
    const code = RequestCode.INVOKE_BROKER_TO_RESET_OFFSET
    const extFields = ResetOffsetRequestHeader.encode(header)
    return readResetOffsetBody(jsonOf(await callBroker(deps, address, { code, extFields }), code))
  }

  /** Offset by offset, as tools do it for a group that is offline. Java: resetOffsetByTimestampOld. */
  const resetOffsetByTimestampOld = async (
    { address, brokerName }: BrokerRef,
    { group, topic, timestamp }: ResetOffset
  ): Promise<QueueOffset[]> => {
    const { answers } = await examineTopicStats(topic)
    const queues = answers
      .flatMap(({ value }) => value.map(({ queue }) => queue))
      .filter((queue) => queue.brokerName === brokerName)
    const outcomes = await inParallel(queues, async (queue) => {
      const offset =
        timestamp < 0
          ? await getMaxOffset(client, address, queue, ADMIN_TIMEOUT_MS)
          : await searchOffset(client, address, queue, timestamp, ADMIN_TIMEOUT_MS)
      await callBroker(deps, address, updateConsumerOffset(group, queue, offset))
      return { queue, offset }
    })
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value
    })
  }

  return {
    /**
     * On every broker of the topic; where nobody is online, as a broker allows it. The new offsets, by queue.
     * @throws the first broker's error; those before it are reset. Java: resetOffsetByTimestamp.
     */
    resetOffsetByTimestamp: async (wanted: ResetOffset): Promise<QueueOffset[]> => {
      const { group, topic, timestamp, isForce } = wanted
      const table: QueueOffset[] = []
      for (const broker of mastersOf(await namesrv.topicRoute(topic))) {
        const asked = invokeBrokerToResetOffset(broker, { group, topic, timestamp, isForce })
        const reset = await unlessCode(NOT_ONLINE, asked)
        table.push(...(reset ?? (await resetOffsetByTimestampOld(broker, wanted))))
      }
      return table
    },

    /** One queue of one broker, to an offset it has. Java: resetOffsetByQueueId. */
    resetOffsetByQueueId: async (
      group: string,
      queue: MessageQueue,
      offset: number
    ): Promise<void> => {
      const broker = await findMaster(deps, queue.brokerName)
      await callBroker(deps, broker.address, updateConsumerOffset(group, queue, offset))
      // Whoever consumes the queue now must hear of it. A broker that does not keep resets would reset every queue.
      const config = await getBrokerConfig(broker.address)
      if (config.get('useServerSideResetOffset') !== 'true') return
      const { topic, queueId } = queue
      await invokeBrokerToResetOffset(broker, { group, topic, timestamp: 0, isForce: true, queueId, offset }) // prettier-ignore
    },

    /** How far the members online say they are, by client id; members that do not answer are missing. Java: getConsumeStatus. */
    getConsumeStatus: async (
      topic: string,
      group: string,
      clientId?: string
    ): Promise<Map<string, QueueOffset[]>> => {
      const code = RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS
      const extFields = GetConsumerStatusRequestHeader.encode({ topic, group, clientAddr: clientId }) // prettier-ignore
      const masters = mastersOf(await namesrv.topicRoute(topic))
      // Clients are connected to every broker and answer for all of them.
      const { answers } = await gather(masters.slice(0, 1), async ({ address }) =>
        readConsumerStatus(jsonOf(await callBroker(deps, address, { code, extFields }), code))
      )
      return answers[0]?.value ?? new Map<string, QueueOffset[]>()
    },

    /** On every master: `destGroup` is as far as `srcGroup`. Java: cloneGroupOffset. */
    cloneGroupOffset: async (
      srcGroup: string,
      destGroup: string,
      topic: string,
      isOffline: boolean
    ): Promise<void> => {
      const extFields = CloneGroupOffsetRequestHeader.encode({ srcGroup, destGroup, topic, offline: isOffline }) // prettier-ignore
      await onEvery(await findMasters(deps), ({ address }) =>
        callBroker(deps, address, { code: RequestCode.CLONE_GROUP_OFFSET, extFields })
      )
    }
  }
}
