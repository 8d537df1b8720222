/** Once a minute: every group and topic of the cluster, by as few requests as it takes. */
import { MAX_STATISTICS_GROUPS, MAX_STATISTICS_TOPICS } from '../../../shared/statisticsModel'
import type { Admin } from '../../admin/admin'
import { inParallel } from '../../admin/adminCall'
import {
  groupOfDlqTopic,
  isBrokerOwnTopic,
  isDlqTopic,
  isRetryTopic,
  isSystemGroup
} from '../../protocol/topicNames'
import { consumedByBroker, lagOf, QueueSums, type ByBroker } from './queueSums'

/** Topics and dead letters asked for one by one in a look, because no group tells of them; more take turns. */
export const MAX_ASKED = 500

export type LookedAdmin = Pick<
  Admin,
  'fetchConsumeStatsOfMasters' | 'getTopicConfigOfMasters' | 'examineTopicStats'
>

export interface LookAtAll {
  /** Messages stored since ever, by topic and broker. */
  topics: Map<string, ByBroker>
  /** `lag` is absent where a broker did not answer. */
  groups: Map<string, { lag?: number; consumed: ByBroker }>
  deadLetters: Map<string, number>
  /** All dead letters of the cluster were counted. */
  isWhole: boolean
  knownTopics: number
  knownGroups: number
  /** Looks it takes until everything was asked for once. */
  turns: number
}

const sumOf = (values: ByBroker): number => [...values.values()].reduce((a, b) => a + b, 0)

export const lookAtAll = async (admin: LookedAdmin, turn: number): Promise<LookAtAll> => {
  const [consumed, configs] = await Promise.all([
    admin.fetchConsumeStatsOfMasters(),
    admin.getTopicConfigOfMasters()
  ])
  const isWhole = consumed.failures.length === 0
  const owners = configs.answers.map(({ broker }) => broker)
  const isOwn = (topic: string): boolean =>
    owners.some(({ cluster, brokerName }) => isBrokerOwnTopic(topic, cluster, brokerName))

  const offsets = new Map<string, (typeof consumed.answers)[number]['value'][number]['offsets']>()
  const told = new Map<string, QueueSums>()
  for (const { value } of consumed.answers)
    for (const group of value) {
      if (isSystemGroup(group.group)) continue
      const known = offsets.get(group.group)
      offsets.set(group.group, known ? [...known, ...group.offsets] : group.offsets)
      for (const { queue, brokerOffset } of group.offsets) {
        let sums = told.get(queue.topic)
        if (!sums) told.set(queue.topic, (sums = new QueueSums()))
        sums.add(queue.brokerName, queue.queueId, brokerOffset)
      }
    }

  const names = [...new Set(configs.answers.flatMap(({ value }) => [...value.keys()]))]
    .filter((topic) => !isRetryTopic(topic) && !isOwn(topic))
    .sort()
  const untold = names.filter((topic) => !told.has(topic))
  const turns = Math.max(1, Math.ceil(untold.length / MAX_ASKED))
  const from = (turn % turns) * MAX_ASKED
  const asked = untold.slice(from, from + MAX_ASKED)
  const answers = await inParallel(asked, (topic) => admin.examineTopicStats(topic))

  const all = new Map<string, ByBroker>(
    names.flatMap((topic) => {
      const sums = told.get(topic)
      return sums ? [[topic, sums.byBroker()] as const] : []
    })
  )
  answers.forEach((answer, i) => {
    if (answer.status === 'rejected') return
    const sums = new QueueSums()
    for (const { value } of answer.value.answers)
      for (const { queue, maxOffset } of value) sums.add(queue.brokerName, queue.queueId, maxOffset)
    all.set(asked[i]!, sums.byBroker())
  })

  const dead = names.filter(isDlqTopic)
  const topics = [...all].filter(([topic]) => !isDlqTopic(topic))
  return {
    topics: new Map(topics),
    groups: new Map(
      [...offsets].map(([group, rows]) => [
        group,
        { consumed: consumedByBroker(rows), ...(isWhole && { lag: lagOf(rows) }) }
      ])
    ),
    deadLetters: new Map(
      dead.flatMap((topic) => {
        const sums = all.get(topic)
        return sums ? [[groupOfDlqTopic(topic), sumOf(sums)] as const] : []
      })
    ),
    isWhole: isWhole && dead.every((topic) => all.has(topic)),
    knownTopics: names.length - dead.length,
    knownGroups: offsets.size,
    turns
  }
}

/** The first of `limit` by what they did; of those that did nothing by name, so that the choice stays. */
export const busiest = <T>(
  all: ReadonlyMap<string, T>,
  doing: (name: string) => number,
  limit: number
): [name: string, value: T][] =>
  [...all]
    .map(([name, value]) => ({ name, value, did: doing(name) }))
    .sort((a, b) => b.did - a.did || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name, value }) => [name, value])

export const limits = { topics: MAX_STATISTICS_TOPICS, groups: MAX_STATISTICS_GROUPS } as const
