/** Java: org.apache.rocketmq.tools.command.offset and stats. */
import { mastersOf } from '../../admin/topicAdmin'
import type { BrokerStatsData } from '../../admin/toolAdmin'
import type { QueueOffset } from '../../protocol/bodies/admin'
import { messageQueue } from '../../protocol/bodies/messageQueue'
import { isDlqTopic, isRetryTopic } from '../../protocol/topicNames'
import { brokerAt } from '../brokers'
import { front, printf, table } from '../printf'
import { NotFoundError, timestamp, truth, UsageError, verb, wholeNumber, type VerbContext } from '../verb' // prettier-ignore

const group = { short: 'g', about: 'consumer group', required: true } as const
const topic = { short: 't', about: 'topic name', required: true } as const
const force = { short: 'f', about: 'also forward, true (default) or false' } as const

const offsetsTable = (offsets: readonly QueueOffset[]): string =>
  table(
    '%-40s  %-40d  %-40d',
    ['#brokerName', '#queueId', '#offset'],
    offsets.map(({ queue, offset }) => [front(queue.brokerName, 32), queue.queueId, offset])
  )

const plain = (offsets: readonly QueueOffset[]) =>
  offsets.map(({ queue, offset }) => ({ ...queue, offset }))

const resetOffsetByTime = verb({
  name: 'resetOffsetByTime',
  about: 'Puts a group where a topic was at a time, online or not',
  options: {
    group,
    topic,
    timestamp: {
      short: 's',
      about: 'now, milliseconds, -1 for the end, or yyyy-MM-dd#HH:mm:ss:SSS',
      required: true
    },
    force,
    broker: { short: 'b', about: 'with -q: only a queue of this broker, host:port' },
    queue: { short: 'q', about: 'with -b: the queue' },
    offset: { short: 'o', about: 'with -b and -q: exactly this offset' }
  },
  run: async (given, { admin, clock, show }) => {
    const [consumers, name] = [given.group.trim(), given.topic.trim()]
    const at = timestamp('timestamp', given.timestamp, clock.now())
    const isForce = truth('force', given.force, true)
    if ((given.broker === undefined) !== (given.queue === undefined))
      throw new UsageError('resetOffsetByTime: -b and -q go together')
    if (given.broker === undefined) {
      if (given.offset !== undefined) throw new UsageError('resetOffsetByTime: -o needs -b and -q')
      const wanted = { group: consumers, topic: name, timestamp: at, isForce }
      const offsets = await admin.resetOffsetByTimestamp(wanted)
      return show({ ...wanted, queues: plain(offsets) }, () =>
        [
          `start reset consumer offset by specified, group[${consumers}], topic[${name}], ` +
            `force[${isForce}], timestamp(string)[${given.timestamp}], timestamp(long)[${at}]`,
          offsetsTable(offsets)
        ].join('\n')
      )
    }
    const { brokerName } = await brokerAt(admin, given.broker)
    const queueId = wholeNumber('queue', given.queue, 0)
    const queue = messageQueue(name, brokerName, queueId)
    const offset =
      given.offset === undefined
        ? await admin.searchOffset(queue, at)
        : wholeNumber('offset', given.offset, 0)
    await admin.resetOffsetByQueueId(consumers, queue, offset)
    show({ group: consumers, ...queue, offset }, () =>
      [
        `start reset consumer offset by specified, group[${consumers}], topic[${name}], queueId[${queueId}], ` +
          `broker[${given.broker ?? ''}], timestamp(string)[${given.timestamp}], timestamp(long)[${at}]`,
        `reset consumer offset to ${offset}`
      ].join('\n')
    )
  }
})

const skipAccumulatedMessage = verb({
  name: 'skipAccumulatedMessage',
  about: 'Puts a group at the end of a topic',
  options: { group, topic, force },
  run: async (given, { admin, show }) => {
    const wanted = {
      group: given.group.trim(),
      topic: given.topic.trim(),
      timestamp: -1,
      isForce: truth('force', given.force, true)
    }
    const offsets = await admin.resetOffsetByTimestamp(wanted)
    show({ ...wanted, queues: plain(offsets) }, () => offsetsTable(offsets))
  }
})

/** Java: StatsAllSubCommand.compute24HourSum. */
const daySum = (data: BrokerStatsData | undefined): number =>
  data?.statsDay.sum || data?.statsHour.sum || data?.statsMinute.sum || 0

interface TopicStats {
  topic: string
  group: string
  accumulation: number
  inTps: number
  outTps: number
  inMsg24Hour: number
  outMsg24Hour: number
}

const statsOf = async ({ admin, tools }: VerbContext, name: string): Promise<TopicStats[]> => {
  const masters = mastersOf(await admin.examineTopicRouteInfo(name))
  const sum = async (statsName: string, key: string) => {
    const all = await Promise.all(
      masters.map(({ address }) => tools.viewBrokerStatsData(address, statsName, key))
    )
    return {
      tps: all.reduce((total, data) => total + (data?.statsMinute.tps ?? 0), 0),
      day: all.reduce((total, data) => total + daySum(data), 0)
    }
  }
  const put = await sum('TOPIC_PUT_NUMS', name)
  const base = { topic: name, inTps: put.tps, inMsg24Hour: put.day }
  const groups = await admin.queryTopicConsumeByWho(name)
  if (groups.length === 0)
    return [{ ...base, group: '', accumulation: 0, outTps: 0, outMsg24Hour: 0 }]
  return Promise.all(
    groups.map(async (consumers) => {
      const got = await sum('GROUP_GET_NUMS', `${name}@${consumers}`)
      const { offsets } = await admin.examineConsumeStats(consumers, name)
      const lag = offsets.reduce((total, o) => total + o.brokerOffset - o.consumerOffset, 0)
      return {
        ...base,
        group: consumers,
        accumulation: Math.max(0, lag),
        outTps: got.tps,
        outMsg24Hour: got.day
      }
    })
  )
}

const statsAll = verb({
  name: 'statsAll',
  about: 'Rates and sums of every topic and the groups on it',
  options: {
    activeTopic: { short: 'a', flag: true, about: 'only those used today' },
    topic: { short: 't', about: 'only this topic' }
  },
  run: async (given, context) => {
    const all = (await context.admin.fetchAllTopicList()).filter(
      (name) => !isRetryTopic(name) && !isDlqTopic(name)
    )
    const wanted = all.filter((name) => given.topic === undefined || name === given.topic.trim())
    if (given.topic !== undefined && wanted.length === 0)
      throw new NotFoundError(`there is no topic ${given.topic.trim()}`)
    const rows: TopicStats[] = []
    for (const name of wanted)
      // A topic without a route (its broker left) has nothing to tell; mqadmin leaves it out too.
      rows.push(...(await statsOf(context, name).catch(() => [])))
    const active = rows.filter(
      (row) => !given.activeTopic || row.inMsg24Hour > 0 || row.outMsg24Hour > 0
    )
    const format = '%-64s  %-64s %12d %11.2f %11.2f %14d %14d'
    context.show(active, () =>
      [
        printf(format.replaceAll('.2f', 's').replaceAll('d', 's'), '#Topic', '#Consumer Group', '#Accumulation', '#InTPS', '#OutTPS', '#InMsg24Hour', '#OutMsg24Hour'), // prettier-ignore
        ...active.map(
          (row) =>
          row.group === ''
            ? printf('%-64s  %-64s %12d %11.2f %11s %14d %14s', front(row.topic, 64), '', 0, row.inTps, '', row.inMsg24Hour, 'NO_CONSUMER') // prettier-ignore
            : printf(format, front(row.topic, 64), front(row.group, 64), row.accumulation, row.inTps, row.outTps, row.inMsg24Hour, row.outMsg24Hour) // prettier-ignore
        )
      ].join('\n')
    )
  }
})

export const offsetVerbs = [resetOffsetByTime, skipAccumulatedMessage, statsAll]
