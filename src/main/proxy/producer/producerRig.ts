/** Producers' calls before brokers made of scripts. */
import { silentLog } from '../../base/log'
import { ManualClock } from '../../base/clock'
import { seededRandom } from '../../base/random'
import { RouteCache } from '../../client/routeCache'
import type { TopicRouteData } from '../../protocol/bodies/route'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { SendMessageRequestHeaderV2 } from '../../protocol/headers/send'
import { hostAddress } from '../../protocol/message/host'
import { createMessageId } from '../../protocol/message/messageId'
import { parseProperties } from '../../protocol/message/properties'
import {
  createRequest,
  RemotingError,
  type RemotingCommand,
  type RemotingRequest
} from '../../protocol/remotingCommand'
import { readProxyConfig } from '../proxyConfig'
import type { TopicMessageType } from '../remote/metadata'
import type { ClientSession } from '../sessions/clientSession'
import { ClientType, MessageType } from '../v2/enums'
import type { Message, SystemProperties, TelemetryCommand } from '../v2/messages'
import type { ClientCall } from '../v2/methods'
import { producerService } from './producerService'
import { transactionChecks, type Publisher } from './transactionChecks'

/** What a broker answers; an Error is what the line does. */
export type BrokerAnswer = Partial<Pick<RemotingCommand, 'code' | 'remark' | 'extFields'>> | Error
type Broker = (request: RemotingRequest) => BrokerAnswer

/** Stored at commit-log offset 4096, queue offset 7. */
export const STORED = {
  msgId: createMessageId(hostAddress('127.0.0.1', 10911), 4096),
  queueId: '0',
  queueOffset: '7',
  transactionId: 'ID'
}

export const routeOf = (queues: Record<string, number>, perm = 6): TopicRouteData => ({
  queueDatas: Object.entries(queues).map(([brokerName, count]) => ({
    ...{ brokerName, perm, topicSysFlag: 0 },
    ...{ readQueueNums: count, writeQueueNums: count }
  })),
  brokerDatas: Object.keys(queues).map((brokerName) => ({
    ...{ brokerName, cluster: 'C', brokerAddrs: { '0': `${brokerName}:1` } }
  }))
})

export const message = (system: SystemProperties = {}, more: Partial<Message> = {}): Message => ({
  topic: { name: 'T' },
  body: Buffer.from('x'),
  ...more,
  systemProperties: { messageId: 'ID', messageType: MessageType.NORMAL, ...system }
})

/** A send as its broker saw it. */
export const sent = ({ extFields = {}, body }: RemotingRequest) => {
  const header = SendMessageRequestHeaderV2.decode(extFields)
  const properties = Object.fromEntries(parseProperties(header.properties ?? ''))
  return { ...header, properties, body: body?.toString() }
}

export const producerRig = (given: Record<string, string> = {}) => {
  const clock = new ManualClock()
  const requests: { address: string; request: RemotingRequest }[] = []
  const told: { clientId: string; command: TelemetryCommand }[] = []
  const sessions = new Map<string, Publisher>()
  const rig = {
    /** Topic to its route; missing: unknown. */
    topics: new Map([['T', routeOf({ a: 2 })]]),
    /** By address. */
    brokers: new Map<string, Broker>(),
    messageType: (): TopicMessageType | Error => 'MIXED'
  }
  const routes = new RouteCache({
    log: silentLog,
    namesrv: {
      topicRoute: (topic) => {
        const route = rig.topics.get(topic)
        const unknown = new RemotingError(ResponseCode.TOPIC_NOT_EXIST, `no ${topic}`)
        return route ? Promise.resolve(route) : Promise.reject(unknown)
      }
    }
  })
  const remoting = {
    invoke: async (address: string, request: RemotingRequest): Promise<RemotingCommand> => {
      requests.push({ address, request })
      const answer = rig.brokers.get(address)?.(request) ?? { extFields: STORED }
      if (answer instanceof Error) throw answer
      return { ...createRequest({ code: 0 }, 1), code: ResponseCode.SUCCESS, ...answer }
    }
  }
  const metadata = {
    messageType: async () => {
      const type = rig.messageType()
      if (type instanceof Error) throw type
      return type
    }
  }
  const checks = transactionChecks({
    log: silentLog,
    sessions: { find: (id) => sessions.get(id), all: () => sessions.values() }
  })
  const { transactions } = checks
  const config = readProxyConfig(given)
  const random = seededRandom(1)
  const call = { clientId: 'me', remoteAddress: '9.9.9.9:99', deadline: Infinity } as ClientCall
  const service = producerService({ clock, random, remoting, routes, metadata, config, transactions }) // prettier-ignore
  return Object.assign(rig, {
    ...{ clock, routes, requests, told, sessions, checks, service, call },
    send: (...messages: Message[]) => service.SendMessage({ messages }, call),
    sends: () =>
      requests
        .filter(({ request }) => request.code === RequestCode.SEND_MESSAGE_V2)
        .map(({ address, request }) => ({ address, ...sent(request) })),
    /** A producer with its Telemetry. */
    producer: (clientId: string, topics: string[], isOpen = true): ClientSession => {
      const session: Publisher = {
        ...{ clientId, isOpen, settings: {}, group: undefined, remoteAddress: '' },
        clientType: ClientType.PRODUCER,
        publishedTopics: new Set(topics),
        send: (command) => {
          if (isOpen) told.push({ clientId, command })
          return isOpen
        }
      }
      sessions.set(clientId, session)
      return session
    }
  })
}
