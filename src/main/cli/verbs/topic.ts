/** Java: org.apache.rocketmq.tools.command.topic. */
import { mastersOf } from '../../admin/topicAdmin'
import { permText } from '../../protocol/permName'
import { isDlqTopic, isRetryTopic } from '../../protocol/topicNames'
import { brokerAt, mastersOfCluster, targets } from '../brokers'
import { front, milliseconds, printf, table } from '../printf'
import { NotFoundError, truth, UsageError, verb, wholeNumber, type VerbContext } from '../verb'

const topic = { short: 't', about: 'topic name', required: true } as const
const broker = { short: 'b', about: 'on this broker, host:port' } as const
const cluster = { short: 'c', about: 'on every master of this cluster' } as const

/** Java: TopicSysFlag. */
const FLAG_UNIT = 1
const FLAG_UNIT_SUB = 2

const MAX_QUEUES = 65_535

const clusterOf = async ({ admin }: VerbContext, name: string): Promise<string> => {
  const route = await admin.examineTopicRouteInfo(name)
  return route.brokerDatas[0]?.cluster ?? ''
}

const topicList = verb({
  name: 'topicList',
  about: 'Every topic any broker registered',
  options: {
    clusterModel: { short: 'c', flag: true, about: 'with clusters and consumer groups' }
  },
  run: async ({ clusterModel }, context) => {
    const { admin } = context
    const topics = await admin.fetchAllTopicList()
    if (!clusterModel) return context.show(topics, () => topics.join('\n'))
    const rows: { cluster: string; topic: string; group: string }[] = []
    for (const name of topics.filter((name) => !isRetryTopic(name) && !isDlqTopic(name))) {
      // A topic that went meanwhile has no cluster and no groups; it was there when the list was made.
      const place = await clusterOf(context, name).catch(() => '')
      const groups = await admin.queryTopicConsumeByWho(name).catch(() => [])
      for (const group of groups.length > 0 ? groups : [''])
        rows.push({ cluster: place, topic: name, group })
    }
    context.show(rows, () =>
      table(
        '%-20s  %-64s  %-64s',
        ['#Cluster Name', '#Topic', '#Consumer Group'],
        rows.map((row) => [front(row.cluster, 20), front(row.topic, 64), front(row.group, 64)]),
        '%-20s  %-48s  %-48s'
      )
    )
  }
})

const ROUTE_FORMAT = '%-45s %-32s %-50s %-10s %-11s %-5s'

const topicRoute = verb({
  name: 'topicRoute',
  about: 'Where a topic lies, as clients are told',
  options: { topic, list: { short: 'l', flag: true, about: 'as a table' } },
  run: async ({ topic: name, list }, { admin, show }) => {
    const route = await admin.examineTopicRouteInfo(name.trim())
    if (!list) return show(route, () => JSON.stringify(route, undefined, '\t'))
    const rows = route.brokerDatas.map(({ cluster: place, brokerName, brokerAddrs }) => {
      const queues = route.queueDatas.find((data) => data.brokerName === brokerName)
      const addresses = Object.entries(brokerAddrs).map(([id, address]) => `${id}=${address}`)
      return [
        ...[place, brokerName, `{${addresses.join(', ')}}`],
        ...[queues?.readQueueNums ?? 0, queues?.writeQueueNums ?? 0, queues?.perm ?? 0]
      ]
    })
    const sum = (column: number): number =>
      rows.reduce((total, row) => total + Number(row[column]), 0)
    show(route, () =>
      [
        table(
          ROUTE_FORMAT,
          ['#ClusterName', '#BrokerName', '#BrokerAddrs', '#ReadQueue', '#WriteQueue', '#Perm'],
          rows
        ),
        '-'.repeat(158),
        printf(ROUTE_FORMAT, 'Total:', rows.length, '', sum(3), sum(4), '')
      ].join('\n')
    )
  }
})

const topicStatus = verb({
  name: 'topicStatus',
  about: 'Offsets of every queue of a topic',
  options: { topic },
  run: async ({ topic: name }, { admin, show }) => {
    const { answers } = await admin.examineTopicStats(name.trim())
    const queues = answers
      .flatMap(({ value }) => value)
      .map(({ queue, ...rest }) => ({
        brokerName: queue.brokerName,
        queueId: queue.queueId,
        ...rest
      }))
      .sort((a, b) => a.brokerName.localeCompare(b.brokerName) || a.queueId - b.queueId)
    show(queues, () =>
      table(
        '%-32s  %-4d  %-20d  %-20d    %s',
        ['#Broker Name', '#QID', '#Min Offset', '#Max Offset', '#Last Updated'],
        queues.map((row) => [
          ...[front(row.brokerName, 32), row.queueId, row.minOffset, row.maxOffset],
          row.lastUpdateTimestamp > 0 ? milliseconds(row.lastUpdateTimestamp) : ''
        ])
      )
    )
  }
})

const topicClusterList = verb({
  name: 'topicClusterList',
  about: 'Clusters a topic lies in',
  options: { topic },
  run: async ({ topic: name }, { admin, show }) => {
    const { brokerDatas } = await admin.examineTopicRouteInfo(name.trim())
    const clusters = [...new Set(brokerDatas.map((data) => data.cluster))].sort()
    show(clusters, () => clusters.join('\n'))
  }
})

const updateTopic = verb({
  name: 'updateTopic',
  about: 'Creates a topic, or changes it',
  oneOf: ['brokerAddr', 'clusterName'],
  options: {
    brokerAddr: broker,
    clusterName: cluster,
    topic,
    attributes: { short: 'a', about: '+key=value and -key, separated by commas' },
    readQueueNums: { short: 'r', about: 'read queues, default 8' },
    writeQueueNums: { short: 'w', about: 'write queues, default 8' },
    perm: { short: 'p', about: '2: write, 4: read, 6: both (default)' },
    order: { short: 'o', about: 'keep the order of queues, true or false' },
    unit: { short: 'u', about: 'is a unit topic, true or false' },
    hasUnitSub: { short: 's', about: 'has unit subscriptions, true or false' }
  },
  run: async (given, { admin, tools, show }) => {
    const queues = { min: 1, max: MAX_QUEUES }
    const order = truth('order', given.order, false)
    const settings = {
      topicName: given.topic.trim(),
      readQueueNums: wholeNumber('readQueueNums', given.readQueueNums, 8, queues),
      writeQueueNums: wholeNumber('writeQueueNums', given.writeQueueNums, 8, queues),
      perm: wholeNumber('perm', given.perm, 6, { min: 0, max: 7 }),
      topicSysFlag:
        (truth('unit', given.unit, false) ? FLAG_UNIT : 0) |
        (truth('hasUnitSub', given.hasUnitSub, false) ? FLAG_UNIT_SUB : 0),
      order,
      attributes: given.attributes?.trim() ?? ''
    }
    const addresses = await targets(admin, given.brokerAddr, given.clusterName)
    for (const address of addresses) await admin.createAndUpdateTopicConfig(address, settings)
    const said = addresses.map((address) => `create topic to ${address} success.`)
    if (order) {
      const all = await admin.listBrokers()
      const names = new Set(
        all.filter(({ address }) => addresses.includes(address)).map(({ brokerName }) => brokerName)
      )
      const orderConf = [...names].map((name) => `${name}:${settings.writeQueueNums}`).join(';')
      await tools.createAndUpdateKvConfig('ORDER_TOPIC_CONFIG', settings.topicName, orderConf)
      said.push(`set cluster orderConf. isOrder=true, orderConf=[${orderConf}]`)
    }
    show({ brokers: addresses, topic: settings }, () =>
      [
        ...said,
        `TopicConfig [topicName=${settings.topicName}, readQueueNums=${settings.readQueueNums}, ` +
          `writeQueueNums=${settings.writeQueueNums}, perm=${permText(settings.perm)}, ` +
          `topicFilterType=SINGLE_TAG, topicSysFlag=${settings.topicSysFlag}, order=${order}, ` +
          `attributes={${settings.attributes}}]`
      ].join('\n')
    )
  }
})

const deleteTopic = verb({
  name: 'deleteTopic',
  about: 'Deletes a topic with its messages',
  options: { topic, clusterName: { ...cluster, required: true } },
  run: async ({ topic: given, clusterName }, { admin, tools, show }) => {
    const name = given.trim()
    const masters = await mastersOfCluster(admin, clusterName)
    await tools.deleteTopicOfCluster(clusterName, masters, name)
    show({ topic: name, cluster: clusterName }, () =>
      [
        `delete topic [${name}] from cluster [${clusterName}] success.`,
        `delete topic [${name}] from NameServer success.`
      ].join('\n')
    )
  }
})

const updateTopicPerm = verb({
  name: 'updateTopicPerm',
  about: 'Changes who may use a topic',
  oneOf: ['brokerAddr', 'clusterName'],
  options: {
    brokerAddr: broker,
    clusterName: cluster,
    topic,
    perm: { short: 'p', about: '2: write, 4: read, 6: both', required: true }
  },
  run: async (given, { admin, show }) => {
    const name = given.topic.trim()
    const perm = wholeNumber('perm', given.perm, 6, { min: 0, max: 7 })
    const masters = mastersOf(await admin.examineTopicRouteInfo(name))
    const wanted =
      given.brokerAddr === undefined
        ? await mastersOfCluster(admin, given.clusterName ?? '')
        : [await brokerAt(admin, given.brokerAddr)]
    const having = wanted.filter(({ address }) => masters.some((m) => m.address === address))
    if (having.length === 0)
      throw new NotFoundError(`${name} is on no master of those; topicRoute -t ${name} lists them`)
    const changed: { broker: string; from: number; to: number }[] = []
    for (const { address } of having) {
      const config = await admin.examineTopicConfig(address, name)
      if (!config) continue
      if (config.perm === perm && given.brokerAddr !== undefined)
        throw new UsageError('updateTopicPerm: new perm equals to the old one!')
      const { attributes: _kept, ...settings } = config
      await admin.createAndUpdateTopicConfig(address, { ...settings, perm })
      changed.push({ broker: address, from: config.perm, to: perm })
    }
    show(changed, () =>
      changed
        .map((c) => `update topic perm from ${c.from} to ${c.to} in ${c.broker} success.`)
        .join('\n')
    )
  }
})

export const topicVerbs = [
  topicList,
  topicRoute,
  topicStatus,
  topicClusterList,
  updateTopic,
  deleteTopic,
  updateTopicPerm
]
