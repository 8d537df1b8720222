/** Java: org.apache.rocketmq.tools.command.consumer and CloneGroupOffsetCommand. */
import { defaultSubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import { parseJson } from '../../protocol/bodies/rocketmqJson'
import { versionDesc } from '../../protocol/codes/mqVersion'
import { mastersOf } from '../../admin/topicAdmin'
import {
  dlqTopicOf,
  groupOfRetryTopic,
  isRetryTopic,
  retryTopicOf
} from '../../protocol/topicNames'
import { mastersOfCluster, targets } from '../brokers'
import { front, printf, seconds, table } from '../printf'
import { NotFoundError, truth, UsageError, verb, wholeNumber, type VerbContext } from '../verb'

const overview = async (context: VerbContext): Promise<void> => {
  const { admin, show } = context
  const groups = (await admin.fetchAllTopicList()).filter(isRetryTopic).map(groupOfRetryTopic)
  const rows: {
    group: string
    count: number
    version: string
    type: string
    model: string
    tps: number
    diffTotal: number
  }[] = []
  for (const group of [...new Set(groups)]) {
    // What cannot be told is left out of the row, as mqadmin does; the group itself is there.
    const stats = await admin.examineConsumeStats(group).catch(() => undefined)
    const online = await admin.examineConsumerConnectionInfo(group).catch(() => undefined)
    const versions = online?.connections.map(({ version }) => version) ?? []
    rows.push({
      group,
      count: versions.length,
      version: versions.length > 0 ? versionDesc(Math.min(...versions)) : 'OFFLINE',
      type: online ? (online.consumeType === 'CONSUME_ACTIVELY' ? 'PULL' : 'PUSH') : '',
      model: online && online.consumeType !== 'CONSUME_ACTIVELY' ? online.messageModel : '',
      tps: Math.trunc(stats?.consumeTps ?? 0),
      diffTotal: (stats?.offsets ?? []).reduce((sum, o) => sum + o.brokerOffset - o.consumerOffset, 0) // prettier-ignore
    })
  }
  show(rows, () =>
    table(
      '%-64s  %-6d  %-24s %-5s  %-14s  %-7d  %d',
      ['#Group', '#Count', '#Version', '#Type', '#Model', '#TPS', '#Diff Total'],
      rows.map((r) => [front(r.group, 64), r.count, r.version, r.type, r.model, r.tps, r.diffTotal])
    )
  )
}

const consumerProgress = verb({
  name: 'consumerProgress',
  about: 'Every group, or how far one is on each queue',
  options: {
    groupName: { short: 'g', about: 'consumer group; without it all' },
    topicName: { short: 't', about: 'only this topic' }
  },
  run: async (given, context) => {
    const group = given.groupName?.trim()
    if (group === undefined) return overview(context)
    const stats = await context.admin.examineConsumeStats(group, given.topicName?.trim())
    const queues = stats.offsets
      .map(({ queue, ...rest }) => ({
        ...queue,
        ...rest,
        diff: rest.brokerOffset - rest.consumerOffset,
        inflight: rest.pullOffset - rest.consumerOffset
      }))
      .sort(
        (a, b) =>
          a.topic.localeCompare(b.topic) ||
          a.brokerName.localeCompare(b.brokerName) ||
          a.queueId - b.queueId
      )
    const total = (of: (queue: (typeof queues)[number]) => number): number =>
      queues.reduce((sum, queue) => sum + of(queue), 0)
    const sums = { diffTotal: total((q) => q.diff), inflightTotal: total((q) => q.inflight) }
    context.show({ group, consumeTps: stats.consumeTps, ...sums, queues }, () =>
      [
        table(
          '%-64s  %-32s  %-4d  %-20d  %-20d  %-20d %-20d %s',
          ['#Topic', '#Broker Name', '#QID', '#Broker Offset', '#Consumer Offset', '#Diff', '#Inflight', '#LastTime'], // prettier-ignore
          queues.map((q) => [
            ...[front(q.topic, 64), front(q.brokerName, 32), q.queueId, q.brokerOffset],
            ...[q.consumerOffset, q.diff, q.inflight],
            q.lastTimestamp > 0 ? seconds(q.lastTimestamp) : 'N/A'
          ]),
          '%-64s  %-32s  %-4s  %-20s  %-20s  %-20s %-20s%s'
        ),
        '',
        printf('Consume TPS: %.2f', stats.consumeTps),
        `Consume Diff Total: ${sums.diffTotal}`,
        `Consume Inflight Total: ${sums.inflightTotal}`
      ].join('\n')
    )
  }
})

const retryPolicyOf = (text: string | undefined): object => {
  if (text === undefined) return {}
  try {
    return { groupRetryPolicy: parseJson(text) }
  } catch {
    throw new UsageError(`updateSubGroup: -p ${text}: that is no JSON`)
  }
}

/** `+a=b,-c` as the map brokers take. Java: AttributeParser. */
const attributesOf = (text: string | undefined): Record<string, string> =>
  Object.fromEntries(
    (text ?? '')
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [key = '', value = ''] = part.trim().split('=')
        return [key, value]
      })
  )

const updateSubGroup = verb({
  name: 'updateSubGroup',
  about: 'Creates a consumer group, or changes it',
  oneOf: ['brokerAddr', 'clusterName'],
  options: {
    brokerAddr: { short: 'b', about: 'on this broker, host:port' },
    clusterName: { short: 'c', about: 'on every master of this cluster' },
    groupName: { short: 'g', about: 'consumer group', required: true },
    consumeEnable: { short: 's', about: 'may consume, true or false' },
    consumeFromMinEnable: { short: 'm', about: 'a new group begins at the oldest, true or false' },
    consumeBroadcastEnable: { short: 'd', about: 'may broadcast, true or false' },
    consumeMessageOrderly: { short: 'o', about: 'in order, true or false' },
    retryQueueNums: { short: 'q', about: 'queues of the retry topic' },
    retryMaxTimes: { short: 'r', about: 'deliveries before the dead letters' },
    groupRetryPolicy: { short: 'p', about: 'retry policy as JSON' },
    brokerId: { short: 'i', about: 'which broker to read from' },
    whichBrokerWhenConsumeSlowly: { short: 'w', about: 'which one when far behind' },
    notifyConsumerIdsChanged: { short: 'a', about: 'tell members of each other, true or false' },
    attributes: { about: '+key=value and -key, separated by commas' }
  },
  run: async (given, { admin, tools, show }) => {
    const d = defaultSubscriptionGroupConfig(given.groupName.trim())
    const config = {
      ...d,
      consumeEnable: truth('consumeEnable', given.consumeEnable, true),
      consumeFromMinEnable: truth('consumeFromMinEnable', given.consumeFromMinEnable, false),
      consumeBroadcastEnable: truth('consumeBroadcastEnable', given.consumeBroadcastEnable, false),
      consumeMessageOrderly: truth('consumeMessageOrderly', given.consumeMessageOrderly, false),
      retryQueueNums: wholeNumber('retryQueueNums', given.retryQueueNums, d.retryQueueNums),
      retryMaxTimes: wholeNumber('retryMaxTimes', given.retryMaxTimes, d.retryMaxTimes, {
        min: -1
      }),
      ...retryPolicyOf(given.groupRetryPolicy),
      brokerId: wholeNumber('brokerId', given.brokerId, d.brokerId),
      whichBrokerWhenConsumeSlowly: wholeNumber('whichBrokerWhenConsumeSlowly', given.whichBrokerWhenConsumeSlowly, d.whichBrokerWhenConsumeSlowly), // prettier-ignore
      notifyConsumerIdsChangedEnable: truth('notifyConsumerIdsChanged', given.notifyConsumerIdsChanged, true), // prettier-ignore
      attributes: attributesOf(given.attributes)
    }
    const addresses = await targets(admin, given.brokerAddr, given.clusterName)
    for (const address of addresses)
      await tools.createAndUpdateSubscriptionGroupConfig(address, config)
    const fields = Object.entries(config).map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`) // prettier-ignore
    show({ brokers: addresses, group: config }, () =>
      [
        ...addresses.map((address) => `create subscription group to ${address} success.`),
        `SubscriptionGroupConfig{${fields.join(', ')}}`
      ].join('\n')
    )
  }
})

const deleteSubGroup = verb({
  name: 'deleteSubGroup',
  about: 'Deletes a consumer group; with -c its retry and dead letter topics too',
  oneOf: ['brokerAddr', 'clusterName'],
  options: {
    brokerAddr: { short: 'b', about: 'on this broker, host:port' },
    clusterName: { short: 'c', about: 'on every master of this cluster' },
    groupName: { short: 'g', about: 'consumer group', required: true },
    removeOffset: { short: 'r', about: 'forget its offsets, true or false' }
  },
  run: async (given, { admin, tools, show }) => {
    const group = given.groupName.trim()
    const clean = truth('removeOffset', given.removeOffset, false)
    const addresses = await targets(admin, given.brokerAddr, given.clusterName)
    for (const address of addresses) await tools.deleteSubscriptionGroup(address, group, clean)
    const { clusterName, brokerAddr: one } = given
    if (one === undefined && clusterName !== undefined) {
      const masters = await mastersOfCluster(admin, clusterName)
      for (const topic of [retryTopicOf(group), dlqTopicOf(group)])
        await tools.deleteTopicOfCluster(clusterName, masters, topic)
    }
    const where = one === undefined ? ` in cluster [${clusterName ?? ''}]` : ''
    show({ group, brokers: addresses }, () =>
      addresses
        .map(
          (address) =>
            `delete subscription group [${group}] from broker [${address}]${where} success.`
        ) // prettier-ignore
        .join('\n')
    )
  }
})

const getConsumerConfig = verb({
  name: 'getConsumerConfig',
  about: 'How a consumer group is set on each master',
  options: { groupName: { short: 'g', about: 'consumer group', required: true } },
  run: async (given, { admin, show }) => {
    const group = given.groupName.trim()
    let known = 0
    for (const { address, cluster, brokerName } of await admin.findMasters()) {
      const config = await admin.examineSubscriptionGroupConfig(address, group)
      if (!config) continue
      known++
      show({ cluster, brokerName, ...config }, () =>
        [
          `=============================${cluster}:${brokerName}=============================`,
          ...Object.entries(config).map(([key, value]) =>
            printf(
              '%-40s=  %s',
              key,
              typeof value === 'object' ? JSON.stringify(value) : String(value)
            )
          )
        ].join('\n')
      )
    }
    if (known === 0) throw new NotFoundError(`no broker knows the group ${group}`)
  }
})

const cloneGroupOffset = verb({
  name: 'cloneGroupOffset',
  about: 'Puts a group where another one is on a topic',
  options: {
    srcGroup: { short: 's', about: 'group to copy from', required: true },
    destGroup: { short: 'd', about: 'group to put there', required: true },
    topic: { short: 't', about: 'topic name', required: true },
    offline: { short: 'o', about: 'taken for mqadmin’s sake; makes no difference there either' }
  },
  run: async (given, { admin, tools, show }) => {
    const [srcGroup, destGroup, topic] = [given.srcGroup.trim(), given.destGroup.trim(), given.topic.trim()] // prettier-ignore
    const masters = mastersOf(await admin.examineTopicRouteInfo(topic))
    const { offsets } = await admin.examineConsumeStats(srcGroup, topic)
    const copied = []
    for (const { queue, consumerOffset } of offsets) {
      const master = masters.find(({ brokerName }) => brokerName === queue.brokerName)
      if (!master || consumerOffset < 0 || queue.topic !== topic) continue
      await tools.updateConsumeOffset(master.address, destGroup, queue, consumerOffset)
      copied.push({ ...queue, offset: consumerOffset })
    }
    if (copied.length === 0)
      throw new NotFoundError(`${srcGroup} has no offset on ${topic} that could be copied`)
    show(
      { srcGroup, destGroup, topic, queues: copied },
      () =>
        `clone group offset success. srcGroup[${srcGroup}], destGroup=[${destGroup}], topic[${topic}]`
    )
  }
})

export const groupVerbs = [
  consumerProgress,
  updateSubGroup,
  deleteSubGroup,
  getConsumerConfig,
  cloneGroupOffset
]
