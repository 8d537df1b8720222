/**
 * The verdict on a cluster: the one judge of all fault tests on what the masters hold, and what only a cluster can break:
 * slaves that differ, groups that never got a message or passed one over.
 */
import { judge, type VerdictFigures } from '../../faults/judge'
import type { HistoryEvent, Receive } from '../../faults/history'
import {
  placeOf,
  type Observation,
  type ObservedMessage,
  type ObservedQueue
} from '../../faults/observation'
import { DeliveryProgress, type GroupPlan } from './progress'

/** How far a slave was, asked at `time` (monotonic ms). */
export interface SlaveEnd {
  time: number
  slave: string
  topic: string
  queueId: number
  end: number
}

export interface ChaosEvidence {
  history: readonly HistoryEvent[]
  /** Of all masters; topics are places: `broker-a/Orders`. */
  masters: Observation
  /** By the slave's name, its queues under the same places. */
  slaves: ReadonlyMap<string, readonly ObservedQueue[]>
  groups: readonly GroupPlan[]
  /** Asked of slaves all the while; absent where another node may have become the slave meanwhile. */
  slaveEnds?: readonly SlaveEnd[]
}

export interface ChaosVerdict {
  seed: number
  violations: readonly { check: string; sentence: string }[]
  figures: VerdictFigures & { slaveMessages: number }
}

/** Told of each kind; a lost slave would fill pages. */
const MAX_TOLD = 20

const differs = (a: ObservedMessage, b: ObservedMessage): string | undefined => {
  const fields = ['id', 'bodyHash', 'physicalOffset', 'storeTimestamp'] as const
  const field = fields.find((name) => a[name] !== b[name])
  return field && `${field} ${b[field] ?? 'none'} instead of ${a[field] ?? 'none'}`
}

const compareQueues = (slave: string, master: ObservedQueue, copy: ObservedQueue): string[] => {
  const { topic, queueId } = master
  if (copy.minOffset !== master.minOffset || copy.maxOffset !== master.maxOffset)
    return [
      `${topic}@${queueId}: ${slave} has ${copy.minOffset} to ${copy.maxOffset}, its master ` +
        `${master.minOffset} to ${master.maxOffset}`
    ]
  const copies = new Map(copy.messages.map((message) => [message.offset, message]))
  return master.messages.flatMap((message) => {
    const place = placeOf(topic, queueId, message.offset)
    const other = copies.get(message.offset)
    if (other === undefined) return [`${place}: ${message.id ?? 'it'} is not on ${slave}`]
    const difference = differs(message, other)
    return difference === undefined ? [] : [`${place}: ${slave} has ${difference}`]
  })
}

/** Slaves hold what their master holds, byte for byte at the same place of the log. */
const checkSlaves = ({ masters, slaves }: ChaosEvidence): string[] => {
  if (slaves.size === 0) throw new Error('no verdict on slaves: none was observed')
  const byPlace = new Map(masters.queues.map((queue) => [`${queue.topic}@${queue.queueId}`, queue]))
  return [...slaves].flatMap(([slave, queues]) => {
    if (queues.length === 0) throw new Error(`no verdict on ${slave}: no queue was observed`)
    return queues.flatMap((queue) => {
      const name = `${queue.topic}@${queue.queueId}`
      const master = byPlace.get(name)
      return master ? compareQueues(slave, master, queue) : [`${name}: only ${slave} has it`]
    })
  })
}

/** A slave appends to its log and answers its master a little before its queues show it. */
const SLAVE_SLACK_MS = 500

/** SEND_OK of a SYNC_MASTER: a slave has it from then on, whatever becomes of the master. */
const checkOnSlave = ({ history, slaveEnds }: ChaosEvidence): string[] => {
  if (slaveEnds === undefined) return []
  if (slaveEnds.length === 0) throw new Error('no verdict on SYNC_MASTER: no slave was ever asked')
  const places = new Map<string, string>()
  const ends = [...slaveEnds].sort((a, b) => a.time - b.time)
  const newest = new Map<string, { offset: number; id: string }>()
  const told = new Set<string>()
  const sentences: string[] = []
  let at = 0
  for (const event of history) {
    for (; at < ends.length && ends[at]!.time - SLAVE_SLACK_MS < event.time; at++) {
      const { topic, queueId, slave, end } = ends[at]!
      const acked = newest.get(`${topic}@${queueId}`)
      if (acked === undefined || acked.offset < end || told.has(acked.id)) continue
      told.add(acked.id)
      sentences.push(
        `${placeOf(topic, queueId, acked.offset)}: ${acked.id} was acknowledged while ${slave} was at ${end}`
      )
    }
    if (event.kind === 'attempt') places.set(event.id, `${event.topic}@${event.queueId}`)
    if (event.kind !== 'ack') continue
    const place = places.get(event.id)
    if (place === undefined) throw new Error(`${event.id} was acknowledged and never sent`)
    if ((newest.get(place)?.offset ?? -1) < event.offset)
      newest.set(place, { offset: event.offset, id: event.id })
  }
  return sentences
}

/** At least once: each group got every acknowledged message of its topics. */
const checkDelivered = ({ history, groups }: ChaosEvidence): string[] => {
  const progress = new DeliveryProgress(groups)
  for (const event of history) progress.add(event)
  return progress
    .missing()
    .flatMap(({ group, ids }) =>
      ids.map((id) => `${id} was acknowledged and ${group} never got it`)
    )
}

/** A group sees a queue in order, so nothing may be passed over: before its offset n it got all below n. */
const checkPassedOver = ({ history }: ChaosEvidence): string[] => {
  const queues = new Map<string, { seen: Set<number>; next: number }>()
  return history
    .filter((event): event is Receive => event.kind === 'receive')
    .flatMap(({ group, topic, queueId, offset, client, id }) => {
      const name = JSON.stringify([group, topic, queueId])
      const queue = queues.get(name) ?? { seen: new Set(), next: 0 }
      queues.set(name, queue)
      const due = queue.next
      queue.seen.add(offset)
      // What is passed over is told once, and then given up.
      if (offset > due) queue.next = offset
      while (queue.seen.delete(queue.next)) queue.next++
      if (offset <= due) return []
      return [
        `${placeOf(topic, queueId, offset)}: ${client} of ${group} got ${id} before anybody got #${due}`
      ]
    })
}

const checks = {
  slaves: checkSlaves,
  'on a slave': checkOnSlave,
  delivered: checkDelivered,
  'passed over': checkPassedOver
}

/** @throws Error when there is nothing to judge. */
export const judgeChaos = (evidence: ChaosEvidence, seed: number): ChaosVerdict => {
  const { history, masters, slaves } = evidence
  const told = judge(history, masters, { seed, index: 'as asked', order: 'acknowledged' })
  if (told.figures.received === 0)
    throw new Error(`seed ${seed}: no verdict, no group received anything`)
  const violations = [...told.violations]
    .map(({ check, sentence }): { check: string; sentence: string } => ({ check, sentence }))
    .concat(
      Object.entries(checks).flatMap(([check, look]) =>
        look(evidence).map((sentence) => ({ check, sentence: `${sentence} (seed ${seed})` }))
      )
    )
  const slaveMessages = [...slaves.values()]
    .flat()
    .reduce((sum, { messages }) => sum + messages.length, 0)
  return { seed, violations, figures: { ...told.figures, slaveMessages } }
}

/** @throws Error with the first violations of each kind, when there are any. */
export const assertCluster = ({ seed, violations }: ChaosVerdict): void => {
  if (violations.length === 0) return
  const kinds = [...new Set(violations.map(({ check }) => check))]
  const lines = kinds.flatMap((kind) => {
    const all = violations.filter(({ check }) => check === kind)
    const rest = all.length > MAX_TOLD ? [`  … ${all.length - MAX_TOLD} more of ${kind}`] : []
    return [...all.slice(0, MAX_TOLD).map(({ sentence }) => `  ${kind}: ${sentence}`), ...rest]
  })
  throw new Error(`seed ${seed}: ${violations.length} violations\n${lines.join('\n')}`)
}
