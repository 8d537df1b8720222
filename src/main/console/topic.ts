import type { Handlers } from '../../shared/contract'
import type { TopicDetail, TopicKind, TopicOnBroker, TopicView } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { BrokerRef } from '../admin/adminCall'
import { ProblemError } from '../cluster/problem'
import type { TopicRouteData } from '../protocol/bodies/route'
import type { TopicConfig } from '../protocol/bodies/topicConfig'
import type { TopicNotes } from './topicNotes'
import { isBrokerOwnTopic, isDlqTopic, isRetryTopic } from '../protocol/topicNames'

interface Deps {
  admin: Pick<
    Admin,
    | 'getTopicConfigOfMasters'
    | 'examineTopicRouteInfo'
    | 'examineTopicStats'
    | 'queryTopicConsumeByWho'
    | 'findMasters'
    | 'examineTopicConfig'
    | 'createAndUpdateTopicConfig'
    | 'deleteTopic'
    | 'deleteTopicInBroker'
  >
  notes: Pick<TopicNotes, 'of' | 'set'>
}

const MESSAGE_TYPE = 'message.type'

const messageTypeOf = (config: Pick<TopicConfig, 'attributes'> | undefined): string =>
  config?.attributes[MESSAGE_TYPE] ?? 'UNSPECIFIED'

type Owner = Pick<BrokerRef, 'cluster' | 'brokerName'>

const kindOf = (topic: string, owners: readonly Owner[]): TopicKind => {
  if (isRetryTopic(topic)) return 'RETRY'
  if (isDlqTopic(topic)) return 'DLQ'
  const isOwn = owners.some(({ cluster, brokerName }) =>
    isBrokerOwnTopic(topic, cluster, brokerName)
  )
  return isOwn ? 'SYSTEM' : 'NORMAL'
}

const sum = (
  brokers: readonly TopicOnBroker[],
  field: 'readQueueNums' | 'writeQueueNums'
): number => brokers.reduce((total, broker) => total + broker[field], 0)

/** Where brokers disagree, what any of them allows. */
const permOf = (brokers: readonly TopicOnBroker[]): number =>
  brokers.reduce((perm, broker) => perm | broker.perm, 0)

const onBroker = (
  brokerName: string,
  { readQueueNums, writeQueueNums, perm }: Omit<TopicOnBroker, 'brokerName'>
): TopicOnBroker => ({ brokerName, readQueueNums, writeQueueNums, perm })

const ownersOf = (route: TopicRouteData): Owner[] =>
  route.brokerDatas.map(({ cluster, brokerName }) => ({ cluster, brokerName }))

export const refuseSystemTopic = (topic: string, owners: readonly Owner[]): void => {
  if (kindOf(topic, owners) === 'SYSTEM')
    throw new ProblemError(
      'SYSTEM_TOPIC',
      { topic },
      `${topic} is a topic the cluster itself needs`
    )
}

/** What a form does not show stays as it is. */
const kept = ({ topicFilterType, topicSysFlag, order }: TopicConfig) => ({
  topicFilterType,
  topicSysFlag,
  order
})

/** `+key=value` of the type, where it is not what the topic has. */
const typeChange = (wanted: string | undefined, existing: TopicConfig | undefined) =>
  wanted === undefined || wanted === messageTypeOf(existing)
    ? undefined
    : `+${MESSAGE_TYPE}=${wanted}`

export const topicHandlers = ({ admin, notes }: Deps) => {
  const list = async (): Promise<TopicView[]> => {
    const { answers } = await admin.getTopicConfigOfMasters()
    const owners = answers.map(({ broker }) => broker)
    const byTopic = new Map<string, TopicOnBroker[]>()
    const firsts = new Map<string, TopicConfig>()
    for (const { broker, value } of answers) {
      for (const [topic, config] of value) {
        const brokers = byTopic.get(topic) ?? []
        brokers.push(onBroker(broker.brokerName, config))
        byTopic.set(topic, brokers)
        if (!firsts.has(topic)) firsts.set(topic, config)
      }
    }
    return [...byTopic]
      .map(([topic, brokers]) => ({
        topic,
        kind: kindOf(topic, owners),
        brokers,
        readQueueNums: sum(brokers, 'readQueueNums'),
        writeQueueNums: sum(brokers, 'writeQueueNums'),
        perm: permOf(brokers),
        messageType: messageTypeOf(firsts.get(topic)),
        order: firsts.get(topic)?.order ?? false,
        note: notes.of(topic)
      }))
      .sort((a, b) => (a.topic < b.topic ? -1 : 1))
  }

  const detail = async (topic: string): Promise<TopicDetail> => {
    const route = await admin.examineTopicRouteInfo(topic)
    const [stats, groups] = await Promise.all([
      admin.examineTopicStats(topic),
      admin.queryTopicConsumeByWho(topic)
    ])
    const queues = stats.answers.flatMap(({ value }) => value)
    return {
      topic,
      kind: kindOf(topic, ownersOf(route)),
      route: route.brokerDatas.map(({ cluster, brokerName, brokerAddrs }) => ({
        brokerName,
        cluster,
        brokerAddrs: Object.entries(brokerAddrs).map(([id, address]) => ({
          brokerId: Number(id),
          address
        }))
      })),
      brokers: route.queueDatas.map((queueData) => onBroker(queueData.brokerName, queueData)),
      queues: queues
        .map(({ queue, minOffset, maxOffset, lastUpdateTimestamp }) => {
          const { brokerName, queueId } = queue
          return { brokerName, queueId, minOffset, maxOffset, lastUpdateTimestamp }
        })
        .sort((a, b) =>
          a.brokerName === b.brokerName
            ? a.queueId - b.queueId
            : a.brokerName < b.brokerName
              ? -1
              : 1
        ),
      groups
    }
  }

  return {
    'topic.list': () => list(),
    'topic.detail': ({ topic }) => detail(topic),
    'topic.save': async ({ topic, brokerNames, messageType, order, ...queues }) => {
      const masters = await admin.findMasters(brokerNames)
      refuseSystemTopic(topic, masters)
      await Promise.all(
        masters.map(async ({ address }) => {
          const existing = await admin.examineTopicConfig(address, topic)
          const attributes = typeChange(messageType, existing)
          await admin.createAndUpdateTopicConfig(address, {
            ...(existing && kept(existing)),
            topicName: topic,
            ...queues,
            ...(order !== undefined && { order }),
            ...(attributes !== undefined && { attributes })
          })
        })
      )
    },
    'topic.delete': async ({ topic, brokerName }) => {
      refuseSystemTopic(topic, await admin.findMasters())
      if (brokerName === undefined) return admin.deleteTopic(topic)
      for (const { address } of await admin.findMasters([brokerName]))
        await admin.deleteTopicInBroker(address, topic)
    },
    'topic.note': ({ topic, note }) => notes.set(topic, note)
  } satisfies Partial<Handlers>
}
