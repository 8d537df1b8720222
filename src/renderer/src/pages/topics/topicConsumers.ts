/** How far the groups of a topic are on it. */
import type { GroupProgress } from '../../../../shared/groupViews'
import { call } from '../../api'

/** Groups asked one by one; the others are counted. */
export const MAX_CONSUMERS = 20

export interface TopicConsumer {
  groupName: string
  isOnline: boolean
  lag: number
  /** Store time of what was consumed last; 0 when nothing was. */
  lastTimestamp: number
  queues: GroupProgress[]
}

export const consumersOf = async (
  topic: string,
  groups: readonly string[]
): Promise<{ consumers: TopicConsumer[]; hidden: number }> => {
  const asked = groups.slice(0, MAX_CONSUMERS)
  const details = await Promise.allSettled(
    asked.map((groupName) => call('group.detail', { groupName }))
  )
  const consumers = details.flatMap((outcome) => {
    // A group that went between the two questions has no progress to show.
    if (outcome.status === 'rejected') return []
    const { groupName, online, progress } = outcome.value
    const queues = progress.filter((queue) => queue.topic === topic)
    const lag = queues.reduce((sum, queue) => sum + queue.lag, 0)
    const lastTimestamp = Math.max(0, ...queues.map((queue) => queue.lastTimestamp))
    return [{ groupName, isOnline: online, lag, lastTimestamp, queues }]
  })
  return { consumers, hidden: groups.length - asked.length }
}
