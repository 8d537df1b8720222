/** Where a topic's queues are, as gRPC clients are told. Java: RouteActivity. */
import { ipFamily } from '../../base/bindAddresses'
import type { RouteCache } from '../../client/routeCache'
import { MASTER_ID } from '../../client/routeCache'
import type { QueueData, TopicRouteData } from '../../protocol/bodies/route'
import { isReadable, isWriteable } from '../../protocol/permName'
import { topicOf } from '../message/names'
import type { Metadata, TopicMessageType } from '../remote/metadata'
import { Code, OK, StatusError } from '../v2/code'
import { AddressScheme, MessageType, Permission } from '../v2/enums'
import type { Endpoints, Maybe, MessageQueue, Resource } from '../v2/messages'
import type { ClientCall, MessagingService } from '../v2/methods'

const acceptedOf: Readonly<Record<TopicMessageType, readonly number[]>> = {
  NORMAL: [MessageType.NORMAL],
  FIFO: [MessageType.FIFO],
  DELAY: [MessageType.DELAY],
  TRANSACTION: [MessageType.TRANSACTION],
  MIXED: [MessageType.NORMAL, MessageType.FIFO, MessageType.DELAY, MessageType.TRANSACTION]
}

const schemeOf = (host: string): number => {
  const family = ipFamily(host)
  if (family === 4) return AddressScheme.IPv4
  return family === 6 ? AddressScheme.IPv6 : AddressScheme.DOMAIN_NAME
}

/** Where a call arrived, `host:port` or `[host]:port`. */
const endpointsOf = (address: string): Endpoints => {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[|\]$/g, '')
  return { scheme: schemeOf(host), addresses: [{ host, port: Number(address.slice(at + 1)) }] }
}

/** The address a client came by reaches the proxy through whatever lies between; one only, because npm dials no list. */
export const accessPoint = (
  asked: Maybe<Endpoints>,
  call: Pick<ClientCall, 'localAddress'>
): Endpoints => {
  const address = asked?.addresses?.[0]
  if (!address?.host || !address.port) return endpointsOf(call.localAddress)
  return { scheme: asked?.scheme || schemeOf(address.host), addresses: [address] }
}

/** Queues for both where there are any: clients need not tell read-only and write-only ones apart. */
const permissionsOf = ({ perm, readQueueNums, writeQueueNums }: QueueData): number[] => {
  const reads = isReadable(perm) ? readQueueNums : 0
  const writes = isWriteable(perm) ? writeQueueNums : 0
  const both = Math.min(reads, writes)
  if (both > 0) return Array<number>(both).fill(Permission.READ_WRITE)
  return reads > 0
    ? Array<number>(reads).fill(Permission.READ)
    : Array<number>(writes).fill(Permission.WRITE)
}

/** Queue data of brokers with a master. */
export const queuesOfMasters = ({ brokerDatas, queueDatas }: TopicRouteData): QueueData[] => {
  const masters = new Set(
    brokerDatas.flatMap(({ brokerName, brokerAddrs }) =>
      brokerAddrs[MASTER_ID] === undefined ? [] : [brokerName]
    )
  )
  return queueDatas
    .filter(({ brokerName }) => masters.has(brokerName))
    .sort((a, b) => (a.brokerName < b.brokerName ? -1 : 1))
}

const messageQueues = (
  topic: Resource,
  queues: readonly QueueData[],
  endpoints: Endpoints,
  type: TopicMessageType
): MessageQueue[] =>
  queues.flatMap((data) =>
    permissionsOf(data).map((permission, id) => ({
      ...{ topic, id, permission, acceptMessageTypes: [...acceptedOf[type]] },
      broker: { name: data.brokerName, id: 0, endpoints }
    }))
  )

interface Deps {
  routes: Pick<RouteCache, 'get'>
  metadata: Pick<Metadata, 'messageType'>
  onAnswered: (clientId: string, topic: string) => void
}

/** @throws StatusError ILLEGAL_TOPIC, FORBIDDEN where no queue can be used; RemotingError TOPIC_NOT_EXIST. */
export const queryRoute =
  ({ routes, metadata, onAnswered }: Deps): MessagingService['QueryRoute'] =>
  async (request, call) => {
    const topic = topicOf(request.topic)
    const [route, type] = await Promise.all([routes.get(topic), metadata.messageType(topic)])
    const queues = messageQueues(
      request.topic ?? {},
      queuesOfMasters(route),
      accessPoint(request.endpoints, call),
      type
    )
    if (queues.length === 0)
      throw new StatusError(
        Code.FORBIDDEN,
        `${topic} has no queue on a broker with a master that may be read or written; check its perm and the brokers`
      )
    onAnswered(call.clientId, topic)
    return { status: OK, messageQueues: queues }
  }
