/** Putting a group elsewhere in its queues: what would happen, doing exactly that, and taking it back. */
import type { Handlers } from '../../shared/contract'
import type { OffsetResetDraft, OffsetTarget } from '../../shared/offsetDrafts'
import {
  MAX_RESET_QUEUES,
  type OffsetMoveView,
  type OffsetPlanView,
  type OffsetResultRow,
  type OffsetResultView
} from '../../shared/offsetViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { GroupQueue, QueuePlace } from '../admin/groupOffsetAdmin'
import type { RealTime } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import { isSystemGroup } from '../protocol/topicNames'
import { KeptResets } from './keptResets'

interface Deps {
  admin: Pick<
    Admin,
    | 'examineConsumerConnectionInfo'
    | 'examineGroupQueues'
    | 'searchOffsets'
    | 'resetOffsetsOfQueues'
  >
  clock: Pick<RealTime, 'wall'>
  /** Resets belong to the cluster whose nameservers these are. */
  namesrvAddresses: () => readonly string[]
  problemOf: (error: unknown) => Problem
}

type QueueName = Pick<OffsetMoveView, 'topic' | 'brokerName' | 'queueId'>
const keyOf = ({ topic, brokerName, queueId }: QueueName): string =>
  `${topic}@${brokerName}@${queueId}`

const clamp = (offset: number, { minOffset, maxOffset }: GroupQueue): number =>
  Math.min(Math.max(offset, minOffset), maxOffset)

const moveOf = (at: GroupQueue, to: number | undefined): OffsetMoveView => {
  const { queue, minOffset, maxOffset, consumerOffset: from } = at
  // Only what the queue still has can come again or be skipped.
  const [a, b] = [clamp(from ?? minOffset, at), clamp(to ?? from ?? minOffset, at)]
  return {
    ...{ topic: queue.topic, brokerName: queue.brokerName, queueId: queue.queueId },
    ...{ minOffset, maxOffset },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    again: Math.max(0, a - b),
    skipped: Math.max(0, b - a)
  }
}

const bySort = (a: OffsetMoveView, b: OffsetMoveView): number =>
  a.topic.localeCompare(b.topic) ||
  a.brokerName.localeCompare(b.brokerName) ||
  a.queueId - b.queueId

export const offsetHandlers = ({ admin, clock, namesrvAddresses, problemOf }: Deps) => {
  const kept = new KeptResets(clock)
  const clusterKey = (): string => [...namesrvAddresses()].sort().join(';')

  const mustNotBroadcast = async (groupName: string): Promise<boolean> => {
    if (isSystemGroup(groupName))
      throw new ProblemError(
        'SYSTEM_GROUP',
        { groupName },
        `${groupName} is a group the cluster itself needs`
      )
    const connection = await admin.examineConsumerConnectionInfo(groupName)
    if (connection?.messageModel === 'BROADCASTING')
      throw new ProblemError(
        'GROUP_BROADCASTS',
        { groupName },
        `members of ${groupName} broadcast: each keeps its offsets itself, brokers have none`
      )
    return connection !== undefined
  }

  const targets = async (
    queues: readonly GroupQueue[],
    topics: readonly string[],
    to: OffsetTarget
  ): Promise<(number | undefined)[]> => {
    switch (to.kind) {
      case 'time':
        return admin.searchOffsets(queues, to.timestamp)
      case 'min':
        return queues.map(({ minOffset }) => minOffset)
      case 'max':
        return queues.map(({ maxOffset }) => maxOffset)
      case 'offsets': {
        const wanted = new Map(to.offsets.map((place) => [keyOf(place), place.offset]))
        return queues.map(({ queue }) => wanted.get(keyOf(queue)))
      }
      case 'clone': {
        const others = await admin.examineGroupQueues(to.srcGroup, topics)
        const offsets = new Map(others.map(({ queue, consumerOffset }) => [keyOf(queue), consumerOffset])) // prettier-ignore
        return queues.map(({ queue }) => offsets.get(keyOf(queue)))
      }
    }
  }

  const planOf = async ({ groupName, topics, to }: OffsetResetDraft) => {
    const names = [...new Set(topics)]
    const online = await mustNotBroadcast(groupName)
    const queues = await admin.examineGroupQueues(groupName, names)
    if (queues.length > MAX_RESET_QUEUES)
      throw new ProblemError(
        'TOO_MANY_QUEUES',
        { count: queues.length, limit: MAX_RESET_QUEUES },
        `${queues.length} queues, ${MAX_RESET_QUEUES} can be reset at once`
      )
    const found = await targets(queues, names, to)
    const moves = queues.map((queue, i) => {
      const target = found[i]
      // An offset that was typed is kept as it was, so that the broker can say it has no such place.
      const isTyped = to.kind === 'offsets' || target === undefined
      return moveOf(queue, isTyped ? target : clamp(target, queue))
    })
    const addresses = new Map(queues.map(({ queue, address }) => [keyOf(queue), address]))
    return { plan: { groupName, kind: to.kind, online, moves: moves.sort(bySort) }, addresses }
  }

  const apply = async (
    groupName: string,
    wanted: readonly (QueueName & { from?: number; to?: number })[],
    addresses: ReadonlyMap<string, string>,
    online: boolean
  ): Promise<OffsetResultRow[]> => {
    const places = wanted.map(({ topic, brokerName, queueId, to }): QueuePlace => ({
      queue: { topic, brokerName, queueId },
      address: addresses.get(keyOf({ topic, brokerName, queueId })) ?? '',
      offset: to
    }))
    const outcomes = await admin.resetOffsetsOfQueues(groupName, places, online)
    return wanted.map(({ topic, brokerName, queueId, from, to }, i): OffsetResultRow => {
      const outcome = outcomes[i]!
      const row = {
        ...{ topic, brokerName, queueId },
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to })
      }
      if (outcome.status === 'rejected') return { ...row, problem: problemOf(outcome.reason) }
      return { ...row, ...(outcome.value !== undefined && { now: outcome.value }) }
    })
  }

  const resultOf = (groupName: string, rows: OffsetResultRow[]): OffsetResultView => {
    const failed = rows.filter(({ problem }) => problem).length
    return { groupName, rows, failed, done: rows.length - failed }
  }

  const reset = async (draft: OffsetResetDraft): Promise<OffsetResultView> => {
    const { plan, addresses } = await planOf(draft)
    const { groupName, kind, online } = plan
    const wanted = plan.moves.filter(({ from, to }) => to !== undefined && to !== from)
    const rows = await apply(groupName, wanted, addresses, online)
    const changed = rows.filter(({ problem }) => !problem)
    const result = resultOf(groupName, rows)
    if (changed.length === 0) return result
    const moved = changed.map(({ topic, brokerName, queueId, from, to }) => ({
      ...{ topic, brokerName, queueId },
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to })
    }))
    return { ...result, undo: kept.add(clusterKey(), { groupName, kind, rows: moved }) }
  }

  /** Back to the offsets there were, whatever was consumed since. */
  const undo = async (id: number): Promise<OffsetResultView> => {
    const before = kept.find(clusterKey(), id)
    if (!before)
      throw new ProblemError('NOTHING_TO_UNDO', { id }, `reset ${id} is not kept any more`)
    const { groupName, rows } = before
    const online = await mustNotBroadcast(groupName)
    const queues = await admin.examineGroupQueues(groupName, [...new Set(rows.map(({ topic }) => topic))]) // prettier-ignore
    const known = new Map(queues.map((queue) => [keyOf(queue.queue), queue]))
    const back = rows.map((row) => {
      const at = known.get(keyOf(row))
      const { topic, brokerName, queueId, from: before } = row
      // Messages it had still to get may have been deleted since: it goes on at the oldest that is left.
      const to = before !== undefined && at ? Math.max(before, at.minOffset) : before
      return {
        ...{ topic, brokerName, queueId },
        ...(at?.consumerOffset !== undefined && { from: at.consumerOffset }),
        ...(to !== undefined && { to })
      }
    })
    const addresses = new Map(queues.map(({ queue, address }) => [keyOf(queue), address]))
    const result = resultOf(groupName, await apply(groupName, back, addresses, online))
    // What could not be taken back can be tried again.
    if (result.failed === 0) kept.forget(id)
    return result
  }

  return {
    'offset.preview': async (draft): Promise<OffsetPlanView> => (await planOf(draft)).plan,
    'offset.reset': (draft) => reset(draft),
    'offset.kept': ({ groupName }) => kept.of(clusterKey(), groupName),
    'offset.undo': ({ id }) => undo(id)
  } satisfies Partial<Handlers>
}
