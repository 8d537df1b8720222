/** Who is online. Java: org.apache.rocketmq.tools.command.connection, producer and ConsumerStatusSubCommand. */
import type { ClientConnection, ConsumerConnection } from '../../protocol/bodies/admin'
import { asObject, textOf } from '../../protocol/bodies/read'
import { versionDesc } from '../../protocol/codes/mqVersion'
import { mastersOf } from '../../admin/topicAdmin'
import { printf, table, type Cell } from '../printf'
import { NotFoundError, verb, type VerbContext } from '../verb'

const consumerGroup = { short: 'g', about: 'consumer group', required: true } as const
const brokerAddr = { short: 'b', about: 'as this broker sees it, host:port' } as const

/** @throws NotFoundError when nobody is online. */
const connectionsOf = async (
  { admin, tools }: VerbContext,
  group: string,
  address?: string
): Promise<ConsumerConnection> => {
  if (address !== undefined) return tools.examineConsumerConnectionInfoAt(address, group)
  const found = await admin.examineConsumerConnectionInfo(group)
  if (found) return found
  throw new NotFoundError(`no consumer of ${group} is online`)
}

const clientRow = (client: ClientConnection): Cell[] => [
  ...[client.clientId, client.clientAddr, client.language, versionDesc(client.version)]
]

const consumerConnection = verb({
  name: 'consumerConnection',
  about: 'Who consumes as a group, and what it subscribes to',
  options: { consumerGroup, brokerAddr },
  run: async (given, context) => {
    const group = given.consumerGroup.trim()
    const found = await connectionsOf(context, group, given.brokerAddr)
    context.show({ group, ...found }, () =>
      [
        table(
          '%-36s %-22s %-10s %s',
          ['#ClientId', '#ClientAddr', '#Language', '#Version'],
          found.connections.map(clientRow)
        ),
        '\nBelow is subscription:',
        table(
          '%-20s %s',
          ['#Topic', '#SubExpression'],
          found.subscriptions.map(({ topic, subString }) => [topic, subString])
        ),
        '',
        `ConsumeType: ${found.consumeType}`,
        `MessageModel: ${found.messageModel}`,
        `ConsumeFromWhere: ${found.consumeFromWhere}`
      ].join('\n')
    )
  }
})

const producerConnection = verb({
  name: 'producerConnection',
  about: 'Producers of a group that send to a topic’s brokers',
  options: {
    producerGroup: { short: 'g', about: 'producer group', required: true },
    topic: { short: 't', about: 'topic name', required: true }
  },
  run: async (given, { admin, tools, show }) => {
    const brokers = mastersOf(await admin.examineTopicRouteInfo(given.topic.trim()))
    const found = await tools.examineProducerConnectionInfo(given.producerGroup.trim(), brokers)
    show(found, () =>
      found
        .map((client, i) =>
          printf('%s  %-32s %-22s %-8s %s', String(i + 1).padStart(4, '0'), ...clientRow(client))
        ) // prettier-ignore
        .join('\n')
    )
  }
})

const producer = verb({
  name: 'producer',
  about: 'Every producer connected to a broker',
  options: { broker: { short: 'b', about: 'broker, host:port', required: true } },
  run: async ({ broker }, { tools, show }) => {
    const found = await tools.getAllProducerInfoAt(broker.trim())
    show(found, () =>
      found
        .map(
          (p) =>
            `producer group (${p.group}) instance : clientId=${p.clientId},remoteIP=${p.remoteIP}, ` +
            `language=${p.language}, version=${p.version}, lastUpdateTimestamp=${p.lastUpdateTimestamp}`
        )
        .join('\n')
    )
  }
})

const consumerStatus = verb({
  name: 'consumerStatus',
  about: 'What the members of a group say of themselves',
  options: {
    consumerGroup,
    clientId: { short: 'i', about: 'only this member' },
    brokerAddr,
    jstack: { short: 's', flag: true, about: 'with thread stacks of Java clients' }
  },
  run: async (given, context) => {
    const { admin, tools, show } = context
    const group = given.consumerGroup.trim()
    const { connections } = await connectionsOf(context, group, given.brokerAddr)
    const wanted = connections.filter(
      ({ clientId }) => given.clientId === undefined || clientId === given.clientId.trim()
    )
    if (wanted.length === 0)
      throw new NotFoundError(`${given.clientId ?? ''} is no member of ${group} that is online`)
    const [master] = await admin.findMasters()
    const through = given.brokerAddr ?? master?.address ?? ''
    for (const { clientId, version } of wanted) {
      const info = await tools.getConsumerRunningInfo(through, group, clientId, given.jstack)
      const section = (title: string, value: unknown): string =>
        `\n#${title}#\n${JSON.stringify(value ?? {}, undefined, 2)}`
      show({ clientId, ...info }, () =>
        [
          printf('%-40s %-20s', clientId, versionDesc(version)),
          '#Consumer Properties#',
          ...Object.entries(asObject(info.properties) ?? {}).map(([key, value]) =>
            printf('%-40s: %s', key, textOf(value))
          ),
          section('Consumer Subscription', info.subscriptionSet),
          section('Consumer MQ Detail', info.mqTable),
          section('Consumer RT&TPS', info.statusTable),
          ...(given.jstack ? [`\n#Consumer jstack#\n${textOf(info.jstack)}`] : [])
        ].join('\n')
      )
    }
  }
})

export const connectionVerbs = [consumerConnection, producerConnection, producer, consumerStatus]
