/** The proxy's keys by the names of rmq-proxy.json; all are read once, at its start, as RocketMQ reads them. Java: ProxyConfig, AuthConfig. */
import { LiveProperties } from '../base/properties/liveProperties'
import {
  cluster,
  flag,
  int,
  long,
  MIB,
  secret,
  text,
  type ValuesOf
} from '../base/properties/property'
import { PropertyTable } from '../base/properties/propertyTable'
import { parseStockKeys } from '../base/properties/stockKeys'
import { credentialsOf, userOf } from '../protocol/sessionCredentials'
import { authConfigKeys } from '../remoting/stockAuthKeys'
import { proxyConfigKeys } from './stockKeys'

const ms = { unit: 'ms' } as const
const bytes = { unit: 'bytes' } as const
const count = { unit: 'count' } as const

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

const isAddressList = (value: string): boolean =>
  /^\s*$/.test(value) || value.split(';').every((part) => /^\s*[^\s:;]+:\d{1,5}\s*$/.test(part))

const isUser = (value: string): boolean => value.trim() === '' || userOf(value) !== undefined

const isCredentials = (value: string): boolean =>
  value.trim() === '' || credentialsOf(value) !== undefined

/** Defaults are RocketMQ's. */
const spec = {
  grpcServerPort: int('identity', 8081, { ...cluster, max: 65_535 }),
  // Empty: the nameservers of this cluster. Others put the proxy in front of another RocketMQ.
  namesrvAddr: text('identity', '', {}, 'addresses as host:port, separated by ;', isAddressList),

  // Also speaks TLS where no certificate is given, with one made on this machine. Java: a self-signed one.
  tlsTestModeEnable: flag('tls', true),
  tlsKeyPath: text('tls', ''),
  tlsCertPath: text('tls', ''),

  // The clients' signatures are checked: of users of the brokers, and of initAuthenticationUser.
  authenticationEnabled: flag('access', false),
  authenticationWhitelist: text('access', ''),
  authorizationEnabled: flag('access', false),
  authorizationWhitelist: text('access', ''),
  // {"username":"…","password":"…"}
  initAuthenticationUser: text('access', '', secret, 'JSON with username and password', isUser),

  // {"accessKey":"…","secretKey":"…"}: what it asks brokers is signed with it.
  innerClientAuthenticationCredentials: text('access', '', secret, 'JSON with accessKey and secretKey', isCredentials), // prettier-ignore

  // 0 in these four: no limit.
  maxMessageSize: int('message', 4 * MIB, bytes),
  maxUserPropertySize: int('message', 16 * 1024, bytes),
  userPropertyMaxNum: int('message', 128, count),
  maxMessageGroupSize: int('message', 64, bytes),
  enableMessageBodyEmptyCheck: flag('message', true),
  enableTopicMessageTypeCheck: flag('message', true),
  maxDelayTimeMills: long('message', DAY, ms),
  maxTransactionRecoverySecond: long('message', 3600, { unit: 'seconds', max: 86_400 }),
  // One request, 32 messages of 4 MiB and what comes with them.
  grpcMaxInboundMessageSize: int('message', 130 * MIB, { ...bytes, min: 1024 }),

  // Told to producers, which retry by it.
  grpcClientProducerMaxAttempts: int('producer', 3, { ...count, min: 1, max: 100 }),
  grpcClientProducerBackoffInitialMillis: long('producer', 10, ms),
  grpcClientProducerBackoffMaxMillis: long('producer', SECOND, ms),
  grpcClientProducerBackoffMultiplier: int('producer', 2, { ...count, min: 1, max: 100 }),

  defaultInvisibleTimeMills: long('consumer', 60 * SECOND, { ...ms, min: SECOND }),
  minInvisibleTimeMillsForRecv: long('consumer', 10 * SECOND, ms),
  maxInvisibleTimeMills: long('consumer', 12 * HOUR, { ...ms, min: SECOND }),
  grpcClientConsumerMaxLongPollingTimeoutMillis: long('consumer', 20 * SECOND, { ...ms, min: 100 }),
  // Gantry's own: told to push consumers, whose shutdown lasts as long. RocketMQ tells them the longest.
  gantryLongPollingTimeoutMillis: long('consumer', 5 * SECOND, { ...ms, min: 100 }),
  grpcClientConsumerLongPollingBatchSize: int('consumer', 32, { ...count, min: 1, max: 1024 }),
  // Left of a call's deadline when its poll ends.
  longPollingReserveTimeInMillis: long('consumer', 100, ms),
  // Messages of push consumers stay invisible while they are being consumed.
  enableProxyAutoRenew: flag('consumer', true),
  renewAheadTimeMillis: long('consumer', 10 * SECOND, ms),
  renewSchedulePeriodMillis: long('consumer', 5 * SECOND, { ...ms, min: 100 }),
  renewMaxTimeMillis: long('consumer', 3 * HOUR, ms),
  maxRenewRetryTimes: int('consumer', 3, count),
  // What a client that is gone had in hand comes back after this.
  invisibleTimeMillisWhenClear: long('consumer', SECOND, ms)
}

type Spec = typeof spec

/** As typed values; nothing of it changes while the proxy runs. */
export type ProxyConfig = Readonly<ValuesOf<Spec>>

export const proxyTable: PropertyTable<Spec> = new PropertyTable({
  spec,
  stock: parseStockKeys(authConfigKeys, proxyConfigKeys),
  decided: ['localServeAddr', 'remotingListenPort', 'remotingAccessAddr', 'proxyMode'],
  blackList: ['brokerConfigPath', 'authConfigPath'],
  owner: 'proxy',
  format: 'json'
})

/** What is given, defaults for the rest. @throws RangeError for a property the table refuses. */
export const readProxyConfig = (given: Readonly<Record<string, string>> = {}): ProxyConfig =>
  new LiveProperties(proxyTable, given).config

/** Key to text as it is in effect; keys without effect only where given. @throws as `readProxyConfig`. */
export const proxyConfigTexts = (given: Readonly<Record<string, string>>): Map<string, string> =>
  new LiveProperties(proxyTable, given).texts()

/** The nameservers the proxy asks: those configured, else the cluster's. */
export const namesrvAddressesOf = (
  { namesrvAddr }: Pick<ProxyConfig, 'namesrvAddr'>,
  ofCluster: readonly string[]
): readonly string[] => {
  const own = namesrvAddr.split(';').map((part) => part.trim())
  const given = own.filter((part) => part !== '')
  return given.length > 0 ? given : ofCluster
}
