/** Where a group is in every queue of some topics, and putting it elsewhere queue by queue. */
import { searchOffset } from '../client/brokerCalls'
import { readResetOffsetBody } from '../protocol/bodies/admin'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { ResetOffsetRequestHeader } from '../protocol/headers/admin'
import {
  OffsetResponseHeader,
  QueryConsumerOffsetRequestHeader,
  UpdateConsumerOffsetRequestHeader
} from '../protocol/headers/consume'
import { RemotingError } from '../protocol/remotingCommand'
import {
  ADMIN_TIMEOUT_MS,
  callBroker,
  inParallel,
  jsonOf,
  unlessCode,
  type AdminDeps
} from './adminCall'
import { brokerAdmin } from './brokerAdmin'
import { topicAdmin } from './topicAdmin'

/** A queue at the broker that has it. */
export interface QueueAt {
  queue: MessageQueue
  address: string
}

export interface GroupQueue extends QueueAt {
  minOffset: number
  maxOffset: number
  /** Undefined where the group has none. */
  consumerOffset?: number
}

export interface QueuePlace extends QueueAt {
  /** Undefined: none, as if the group had never consumed the queue. */
  offset: number | undefined
}

const settled = <T>(outcomes: PromiseSettledResult<T>[]): T[] =>
  outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })

export const groupOffsetAdmin = (deps: AdminDeps) => {
  const { examineTopicStats } = topicAdmin(deps)
  const { getBrokerConfig } = brokerAdmin(deps)

  const queryOffset = async (
    consumerGroup: string,
    { queue: { topic, queueId }, address }: QueueAt
  ): Promise<number | undefined> => {
    const extFields = QueryConsumerOffsetRequestHeader.encode({
      ...{ consumerGroup, topic, queueId },
      setZeroIfNotFound: false
    })
    const request = { code: RequestCode.QUERY_CONSUMER_OFFSET, extFields }
    const answer = await unlessCode(
      [ResponseCode.QUERY_NOT_FOUND],
      callBroker(deps, address, request)
    )
    const offset = answer && OffsetResponseHeader.decode(answer.extFields).offset
    // RocketMQ keeps the -1 some clients commit where they have consumed nothing.
    return offset === undefined || offset < 0 ? undefined : offset
  }

  const update = (
    consumerGroup: string,
    { queue: { topic, queueId }, address, offset }: QueuePlace
  ) => {
    const extFields = UpdateConsumerOffsetRequestHeader.encode({
      ...{ consumerGroup, topic, queueId, commitOffset: offset ?? -1 },
      ...(offset === undefined && { gantryForget: true })
    })
    return callBroker(deps, address, { code: RequestCode.UPDATE_CONSUMER_OFFSET, extFields })
  }

  const reset = async (group: string, { queue, address }: QueueAt, offset: number) => {
    const code = RequestCode.INVOKE_BROKER_TO_RESET_OFFSET
    const { topic, queueId } = queue
    const extFields = ResetOffsetRequestHeader.encode({
      ...{ topic, group, timestamp: 0, isForce: true },
      ...{ queueId, offset }
    })
    readResetOffsetBody(jsonOf(await callBroker(deps, address, { code, extFields }), code))
  }

  return {
    /**
     * Every queue of the topics, in their order. @throws the first broker's error: half a table would be taken for a
     * whole one.
     */
    examineGroupQueues: async (group: string, topics: readonly string[]): Promise<GroupQueue[]> => {
      const tables = await inParallel(topics, async (topic) => {
        const { answers, failures } = await examineTopicStats(topic)
        for (const { error } of failures) throw error
        return answers.flatMap(({ broker, value }) =>
          value.map(({ queue, minOffset, maxOffset }) => ({
            ...{ queue, address: broker.address },
            ...{ minOffset: Math.max(0, minOffset), maxOffset: Math.max(0, maxOffset) }
          }))
        )
      })
      const queues = settled(tables).flat()
      const offsets = settled(await inParallel(queues, (queue) => queryOffset(group, queue)))
      return queues.map((queue, i) => {
        const consumerOffset = offsets[i]
        return { ...queue, ...(consumerOffset !== undefined && { consumerOffset }) }
      })
    },

    /** The first offset of each stored at or after `timestamp`; its end where there is none. */
    searchOffsets: async (queues: readonly QueueAt[], timestamp: number): Promise<number[]> =>
      settled(
        await inParallel(queues, ({ queue, address }) =>
          searchOffset(deps.client, address, queue, timestamp, ADMIN_TIMEOUT_MS)
        )
      ),

    /**
     * One outcome for each place: where the group is now, by the broker's word. A broker that keeps resets itself (5.x)
     * tells whoever consumes; at another, the members would commit over it, so it is done only while nobody is online.
     */
    resetOffsetsOfQueues: async (
      group: string,
      places: readonly QueuePlace[],
      isOnline: boolean
    ): Promise<PromiseSettledResult<number | undefined>[]> => {
      const addresses = [...new Set(places.map(({ address }) => address))]
      const keepsResets = new Map<string, Promise<boolean>>(
        addresses.map((address) => [
          address,
          getBrokerConfig(address).then((config) => config.get('useServerSideResetOffset') === 'true') // prettier-ignore
        ])
      )
      return inParallel(places, async (place) => {
        const { address, offset } = place
        const isKept = await keepsResets.get(address)!
        if (!isKept && isOnline)
          throw new RemotingError(
            ResponseCode.NO_PERMISSION,
            `the broker at ${address} leaves resets to the members (useServerSideResetOffset=false), which would commit over this one; stop the members of ${group} first`
          )
        if (isKept && offset !== undefined) await reset(group, place, offset)
        else await update(group, place)
        return queryOffset(group, place)
      })
    }
  }
}
