/** Builds a proxy of its parts and starts it. Java: ProxyStartup, DefaultMessagingProcessor. */
import type { GrpcClientsView } from '../../shared/grpcViews'
import { bindAddresses, localAddressOf } from '../base/bindAddresses'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { Disposables, toDisposable, type Disposable } from '../base/disposable'
import type { Lines } from '../base/faultyLines'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import { POLL_NAMESERVER_MS } from '../client/mqClientInstance'
import { NamesrvClient } from '../client/namesrvClient'
import { RouteCache } from '../client/routeCache'
import { signedWith } from '../protocol/aclSignature'
import type { RemotingRequest } from '../protocol/remotingCommand'
import { credentialsOf, type SessionCredentials } from '../protocol/sessionCredentials'
import { RemotingClient } from '../remoting/client'
import { consumerService } from './consumer/consumerService'
import { GrpcServer, type GrpcServerOptions } from './grpc/grpcServer'
import { producerService } from './producer/producerService'
import { transactionChecks } from './producer/transactionChecks'
import { AuthMetadata } from './auth/authMetadata'
import { proxyAccess } from './auth/proxyAccess'
import {
  namesrvAddressesOf,
  proxyConfigTexts,
  readProxyConfig,
  type ProxyConfig
} from './proxyConfig'
import { TopicMetadata } from './remote/topicMetadata'
import { queryAssignment } from './route/queryAssignment'
import { queryRoute } from './route/queryRoute'
import { brokerQuestions } from './sessions/brokerQuestions'
import { clientService } from './sessions/clientService'
import { ClientSessions } from './sessions/clientSessions'
import { grpcClientsView } from './sessions/grpcClients'
import { ServerCommands } from './sessions/serverCommands'
import { Shadow } from './sessions/shadow'
import type { MessagingService } from './v2/methods'

/** At most so often its clients are told. */
const TELL_CLIENTS_MS = 500

export interface ProxyOptions {
  clock: Clock
  random: Random
  disk: Disk
  log: Log
  /** Address to bind; with one beyond loopback, loopback as well. */
  host: string
  /** 0 takes any free port. */
  port: number
  /** Its own data folder, absolute: the certificate it makes. */
  folder: string
  /** Its connections; a test or a fault may disturb them. */
  lines?: Lines | undefined
  /** Of its cluster's nodes: with it this one signs what it asks brokers, where it asks clients to sign. */
  inner?: SessionCredentials | undefined
  /** Of its cluster; `namesrvAddr` wins. */
  namesrvAddresses: () => readonly string[]
  properties?: Readonly<Record<string, string>> | undefined
  /** Somebody came, left or changed; coalesced. */
  onClients?(clients: GrpcClientsView): void
  /** Somebody knocked that speaks no gRPC. */
  onStranger?: GrpcServerOptions['onStranger']
}

export interface RunningProxy {
  /** `127.0.0.1:8081`, where clients on this machine reach it. */
  readonly address: string
  readonly port: number
  /** Milliseconds since the epoch. */
  readonly bootTimestamp: number
  /** Key to text as it is in effect. */
  properties(): Map<string, string>
  /** Clients are cut off; they come back when it is started again. */
  stop(): Promise<void>
}

/** @throws RangeError for a property it does not take; Node's error (`EADDRINUSE` …) when it cannot listen. */
export const startProxy = async (options: ProxyOptions): Promise<RunningProxy> => {
  const { clock, random, disk, log, lines, host, properties = {} } = options
  const { real } = clock
  const config = readProxyConfig(properties)
  const disposables = new Disposables()
  const sign = signerOf(config, options.inner)
  const remoting = new RemotingClient({ clock: real, log, lines, beforeRequest: sign })
  const namesrv = new NamesrvClient({
    client: remoting,
    addresses: () => namesrvAddressesOf(config, options.namesrvAddresses()),
    random
  })
  const routes = new RouteCache({ namesrv, log })
  disposables.add(real.every(POLL_NAMESERVER_MS, () => void routes.refreshAll()))
  const metadata = new TopicMetadata({ clock: real, remoting, routes, namesrv })
  const commands = new ServerCommands({ clock: real, random })
  const dismiss = (clientId: string): void => sessions.dismiss(clientId)
  const sessions: ClientSessions = new ClientSessions({
    ...{ clock: real, log, metadata, config, commands },
    appear: (session) =>
      new Shadow({
        ...{ clock: real, log, lines, routes, session, sign },
        questions: [
          ...brokerQuestions({ clock: real, session, commands, dismiss }),
          checks.route(session)
        ]
      })
  })
  const shared = { clock, random, log, remoting, routes, metadata, sessions, config }
  const checks = transactionChecks(shared)
  const consumer = consumerService(shared)
  const onAnswered = (clientId: string, topic: string): void =>
    sessions.routeAnswered(clientId, topic)
  const service: MessagingService = {
    QueryRoute: queryRoute({ routes, metadata, onAnswered }),
    QueryAssignment: queryAssignment({ routes, metadata }),
    ...clientService(sessions),
    ...producerService({ ...shared, transactions: checks.transactions }),
    ...consumer.service
  }
  const server = new GrpcServer({
    ...{ clock: real, log, lines, service, disk, config },
    access: proxyAccess({ config, metadata: new AuthMetadata({ clock: real, remoting, namesrv }) }),
    host: bindAddresses(host),
    port: options.port,
    folder: options.folder,
    namesrvAddresses: options.namesrvAddresses,
    onStranger: options.onStranger
  })
  const stop = async (): Promise<void> => {
    disposables.dispose()
    await server.close()
    consumer.dispose()
    await sessions.close()
    commands.dispose()
    remoting.close()
  }
  try {
    const port = await server.listen()
    disposables.add(tellClients(sessions, options))
    return {
      address: `${localAddressOf(host)}:${port}`,
      port,
      bootTimestamp: real.wall(),
      properties: () => proxyConfigTexts(properties),
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Brokers let in whoever signs as a node of their cluster, so a proxy that asks its clients nothing must not. */
const signerOf = (
  config: ProxyConfig,
  inner: SessionCredentials | undefined
): ((request: RemotingRequest) => RemotingRequest) | undefined => {
  const own = credentialsOf(config.innerClientAuthenticationCredentials)
  const credentials = own ?? (config.authenticationEnabled ? inner : undefined)
  return credentials && signedWith(credentials)
}

/** Until it is disposed of. */
const tellClients = (
  sessions: ClientSessions,
  { clock, onClients }: Pick<ProxyOptions, 'clock' | 'onClients'>
): Disposable => {
  if (!onClients) return new Disposables()
  let due: Disposable | undefined
  const changes = sessions.changed.on(() => {
    due ??= clock.real.after(TELL_CLIENTS_MS, () => {
      due = undefined
      onClients(grpcClientsView(sessions.all()))
    })
  })
  return toDisposable(() => {
    changes.dispose()
    due?.dispose()
  })
}
