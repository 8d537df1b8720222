/** The broker's properties by RocketMQ's names, declared once: parser, defaults, form and type follow. Java: BrokerConfig, MessageStoreConfig. */
import { NAME_PATTERN } from '../../shared/names'
import type { ConfigPropertyView, ConfigValueType } from '../../shared/views'
import { isIpAddress } from '../protocol/message/host'
import { MAX_DELAY_LEVELS, parseDelayLevels } from './delayLevels'

type Unit = NonNullable<ConfigPropertyView['unit']>
export type ConfigSection = 'identity' | 'behaviour' | 'client' | 'store'

/** What a form and a command line need to know of one property. */
export interface PropertyDefinition {
  readonly key: string
  readonly type: ConfigValueType
  readonly section: ConfigSection
  readonly defaultValue: string
  /** Takes effect at once; the others with the next start. */
  readonly hot: boolean
  /** Decided by the cluster; no client may change it. */
  readonly readOnly: boolean
  readonly unit?: Unit
  readonly min?: number
  readonly max?: number
  readonly options?: readonly string[]
}

export interface PropertyProblem {
  code: 'UNKNOWN_PROPERTY' | 'INVALID_PROPERTY'
  key: string
  /** What would be right, in words for the middle of a sentence. */
  expected: string
}

interface Property<T> extends Omit<PropertyDefinition, 'key' | 'defaultValue'> {
  readonly initial: T
  readonly expected: string
  /** Undefined when the text is no such value. */
  readonly parse: (text: string) => T | undefined
}

interface More {
  readonly hot?: boolean
  readonly readOnly?: boolean
  readonly unit?: Unit
  readonly min?: number
  readonly max?: number
}

const traits = (section: ConfigSection, { hot = false, readOnly = false, ...rest }: More) => ({
  section,
  hot,
  readOnly,
  ...rest
})

const text = (
  section: ConfigSection,
  initial: string,
  more: More = {},
  expected = 'a text without line breaks',
  isRight: (value: string) => boolean = (value) => !/[\r\n]/.test(value)
): Property<string> => ({
  ...traits(section, more),
  type: 'string',
  initial,
  expected,
  parse: (value) => (isRight(value) ? value : undefined)
})

const name = (initial: string, more: More = {}): Property<string> =>
  text('identity', initial, more, 'a name of a-z A-Z 0-9 _ - % |', (value) =>
    NAME_PATTERN.test(value)
  )

const flag = (section: ConfigSection, initial: boolean, more: More = {}): Property<boolean> => ({
  ...traits(section, more),
  type: 'boolean',
  initial,
  expected: 'true or false',
  parse: (value) => (value === 'true' ? true : value === 'false' ? false : undefined)
})

const whole =
  (type: 'int' | 'long', widest: number) =>
  (section: ConfigSection, initial: number, more: More): Property<number> => {
    const { min = 0, max = widest } = more
    return {
      ...traits(section, { ...more, min, max }),
      type,
      initial,
      expected: `a whole number from ${min} to ${max}`,
      parse: (value) => {
        const number = /^[+-]?\d{1,16}$/.test(value) ? Number(value) : NaN
        return number >= min && number <= max ? number : undefined
      }
    }
  }
const int = whole('int', 2 ** 31 - 1)
const long = whole('long', Number.MAX_SAFE_INTEGER)

const oneOf = <const T extends string>(
  section: ConfigSection,
  options: readonly [T, ...T[]],
  more: More = {}
): Property<T> & { readonly options: readonly string[] } => ({
  ...traits(section, more),
  type: 'enum',
  options,
  initial: options[0],
  expected: options.length === 1 ? options[0] : `one of ${options.join(', ')}`,
  parse: (value) => options.find((option) => option === value)
})

const MIB = 1024 * 1024
const hot = { hot: true }
const cluster = { readOnly: true }
const ms = { unit: 'ms', hot: true } as const
const count = { unit: 'count', hot: true } as const
const bytes = { unit: 'bytes', hot: true } as const
const percent = { unit: 'percent', hot: true } as const

/** Defaults are RocketMQ's, but where a desktop needs another: brokerIP1, brokerName, mappedFileSizeCommitLog. */
const spec = {
  brokerClusterName: name('DefaultCluster', cluster),
  brokerName: name('broker-a', cluster),
  brokerId: long('identity', 0, cluster),
  brokerRole: oneOf('identity', ['ASYNC_MASTER', 'SYNC_MASTER', 'SLAVE'], cluster),
  brokerIP1: text('identity', '127.0.0.1', {}, 'an IP address', isIpAddress),
  listenPort: int('identity', 10911, { ...cluster, max: 65_535 }),
  namesrvAddr: text('identity', '', cluster),
  registerNameServerPeriod: int('identity', 30_000, { unit: 'ms', min: 10_000, max: 60_000 }),
  registerBrokerTimeoutMills: int('identity', 24_000, { ...ms, min: 100 }),

  brokerPermission: int('behaviour', 6, { ...hot, min: 0, max: 7 }),
  autoCreateTopicEnable: flag('behaviour', true, hot),
  defaultTopicQueueNums: int('behaviour', 8, { unit: 'count', min: 1, max: 1024 }),
  clusterTopicEnable: flag('behaviour', true),
  brokerTopicEnable: flag('behaviour', true),
  traceTopicEnable: flag('behaviour', false),
  msgTraceTopicName: text(
    'behaviour',
    'RMQ_SYS_TRACE_TOPIC',
    {},
    'a topic name',
    (value) => NAME_PATTERN.test(value) && value.length <= 127
  ),
  // Gantry's own: events of the broker's trace kept in memory, 37 bytes each; 0: none.
  gantryTraceEvents: int('behaviour', 131_072, { unit: 'count', max: 1_048_576 }),
  recallMessageEnable: flag('behaviour', false, hot),
  traceOn: flag('behaviour', true, hot),
  regionId: text('behaviour', 'DefaultRegion', hot, 'a name of a-z A-Z 0-9 _ -', (value) =>
    NAME_PATTERN.test(value)
  ),
  startAcceptSendRequestTimeStamp: long('behaviour', 0, ms),
  storeReplyMessageEnable: flag('behaviour', true, hot),
  validateSystemTopicWhenUpdateTopic: flag('behaviour', true, hot),
  rejectTransactionMessage: flag('behaviour', false, hot),
  transactionTimeOut: long('behaviour', 6000, { ...ms, max: 86_400_000 }),
  transactionCheckMax: int('behaviour', 15, { ...count, min: 1 }),
  transactionCheckInterval: int('behaviour', 30_000, { ...ms, min: 100 }),

  autoCreateSubscriptionGroup: flag('client', true, hot),
  notifyConsumerIdsChangedEnable: flag('client', true, hot),
  longPollingEnable: flag('client', true, hot),
  shortPollingTimeMills: long('client', 1000, { ...ms, max: 30_000 }),
  litePullMessageEnable: flag('client', true, hot),
  rejectPullConsumerEnable: flag('client', false, hot),
  useServerSideResetOffset: flag('client', true, hot),
  // RocketMQ's default is false: its consumers wait until a master that died is back.
  slaveReadEnable: flag('client', true, hot),
  enablePropertyFilter: flag('client', false, hot),
  filterSupportRetry: flag('client', false, hot),
  popFromRetryProbability: int('client', 20, { ...percent, max: 100 }),
  enablePopMessageThreshold: flag('client', false, hot),
  popInflightMessageThreshold: long('client', 10_000, { ...count, min: 1 }),
  popResponseReturnActualRetryTopic: flag('client', false, hot),
  serverLoadBalancerEnable: flag('client', true, hot),
  defaultMessageRequestMode: oneOf('client', ['PULL', 'POP'], hot),
  defaultPopShareQueueNum: int('client', -1, { ...count, min: -1 }),
  channelExpiredTimeout: long('client', 120_000, { ...ms, min: 1000 }),
  flushConsumerOffsetInterval: int('client', 5000, { unit: 'ms', min: 100 }),
  // With RocketMQ a property of the JVM: rocketmq.broker.rebalance.lockMaxLiveTime.
  gantryRebalanceLockMaxLiveTime: int('client', 60_000, { ...ms, min: 1000, max: 3_600_000 }),

  storePathRootDir: text('store', '', cluster),
  mappedFileSizeCommitLog: int('store', 64 * MIB, { unit: 'bytes', min: MIB, max: 2 ** 30 }),
  mappedFileSizeConsumeQueue: int('store', 6_000_000, {
    unit: 'bytes',
    min: 20_000,
    max: 60_000_000
  }),
  maxMessageSize: int('store', 4 * MIB, { ...bytes, min: 1024, max: 15 * MIB }),
  flushDiskType: oneOf('store', ['ASYNC_FLUSH', 'SYNC_FLUSH'], hot),
  flushIntervalCommitLog: int('store', 500, { ...ms, min: 10 }),
  syncFlushTimeout: int('store', 5000, { ...ms, min: 100 }),
  maxTransferCountOnMessageInMemory: int('store', 32, { ...count, min: 1, max: 4096 }),
  maxTransferBytesOnMessageInMemory: int('store', 262_144, { ...bytes, min: 1024, max: 8 * MIB }),
  maxTransferCountOnMessageInDisk: int('store', 8, { ...count, min: 1, max: 4096 }),
  maxTransferBytesOnMessageInDisk: int('store', 65_536, { ...bytes, min: 1024, max: 8 * MIB }),
  accessMessageInMemoryMaxRatio: int('store', 40, { unit: 'percent', max: 100 }),
  maxFilterMessageSize: int('store', 16_000, { ...bytes, min: 20, max: 20_000_000 }),
  messageIndexEnable: flag('store', true, hot),
  messageDelayLevel: text(
    'store',
    '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h',
    {},
    `1 to ${MAX_DELAY_LEVELS} delays of a number and s, m, h or d with one space between, as in "1s 5s 10s"`,
    (value) => parseDelayLevels(value) !== undefined
  ),
  timerWheelEnable: flag('store', true),
  timerPrecisionMs: int('store', 1000, { unit: 'ms', min: 100, max: 1000 }),
  timerMaxDelaySec: int('store', 259_200, { hot: true, min: 1 }),
  timerRollWindowSlot: int('store', 172_800, { ...count, min: 2 }),
  flushDelayOffsetInterval: int('store', 10_000, { ...ms, min: 100 }),
  fileReservedTime: int('store', 72, { unit: 'hours', hot: true, max: 87_600 }),
  deleteWhen: text('store', '04', hot, 'hours of the day from 00 to 23, separated by ;', (value) =>
    /^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/.test(value)
  ),
  cleanResourceInterval: int('store', 10_000, { ...ms, min: 100, max: 3_600_000 }),
  cleanFileForciblyEnable: flag('store', true, hot),
  diskMaxUsedSpaceRatio: int('store', 75, { ...percent, min: 10, max: 95 }),
  diskSpaceCleanForciblyRatio: int('store', 85, { ...percent, min: 30, max: 85 }),
  diskSpaceWarningLevelRatio: int('store', 90, { ...percent, min: 35, max: 90 }),
  gantryDiskRatioEnable: flag('store', false, hot),
  // At least four segments of the default size; a segment is never more than a quarter of it.
  gantryStoreQuota: long('store', 2048 * MIB, { ...bytes, min: 256 * MIB, max: 2 ** 50 }),
  // Room for a few segments and for the rest of the computer to notice; 0: not looked at.
  gantryMinFreeDiskSpace: long('store', 256 * MIB, { ...bytes, max: 2 ** 50 }),
  offsetCheckInSlave: flag('store', false, hot),
  // RocketMQ's slave asks each 60 s (5.x, timers each 3 s) or 10 s (4.9).
  gantrySlaveSyncInterval: int('store', 1000, { unit: 'ms', min: 50, max: 60_000 }),
  defaultQueryMaxNum: int('store', 32, { ...count, min: 1, max: 64 }),
  // Gantry's own: what the store keeps in memory. At their largest together less than 256 MiB.
  gantryHotTailBytes: int('store', 16 * MIB, { unit: 'bytes', min: MIB, max: 128 * MIB }),
  gantryConsumeQueuePages: int('store', 256, { unit: 'count', min: 16, max: 16_384 }),
  gantryIndexEntries: int('store', 131_072, { unit: 'count', min: 1024, max: 524_288 }),
  gantryTimerMaxPending: int('store', 1_000_000, { ...count, min: 1, max: 10_000_000 }),
  gantryOpenFiles: int('store', 256, { unit: 'count', min: 16, max: 4096 })
} satisfies Record<string, Property<string> | Property<number> | Property<boolean>>

type Spec = typeof spec
type PropertyKey = keyof Spec
type Values = { -readonly [K in PropertyKey]: Spec[K] extends Property<infer T> ? T : never }

/** Every property as a typed value; hot ones change in place, so read them at each use. */
export type BrokerConfig = Readonly<Values>

const properties = new Map<string, Property<unknown>>(Object.entries(spec))

export const brokerProperties: readonly PropertyDefinition[] = [...properties].map(
  ([key, { initial, expected: _expected, parse: _parse, ...definition }]) => ({
    key,
    defaultValue: String(initial),
    ...definition
  })
)

export const propertyOf = (key: string): PropertyDefinition | undefined =>
  brokerProperties.find((definition) => definition.key === key)

/** The first thing wrong with a property, or undefined. */
export const checkProperty = (key: string, value: string): PropertyProblem | undefined => {
  const property = properties.get(key)
  if (!property) return { code: 'UNKNOWN_PROPERTY', key, expected: 'a property of this broker' }
  return property.parse(value) === undefined
    ? { code: 'INVALID_PROPERTY', key, expected: property.expected }
    : undefined
}

/** The properties a broker runs with; `config` is what everybody holds. */
export class LiveBrokerConfig {
  readonly config: BrokerConfig
  private readonly values: Values
  /** Changes that wait for the next start. */
  private readonly later = new Map<string, string>()

  /** @throws RangeError for a property `checkProperty` refuses. */
  constructor(given: Readonly<Record<string, string>>) {
    const initial = [...properties].map(([key, property]) => [key, property.initial])
    this.values = Object.fromEntries(initial) as Values
    this.config = this.values
    this.set(given)
  }

  /** @throws RangeError for a property `checkProperty` refuses; nothing is changed then. */
  set(changed: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(changed)) {
      const problem = checkProperty(key, value)
      if (problem) throw new RangeError(`${key}=${value}: must be ${problem.expected}`)
    }
    for (const [key, value] of Object.entries(changed))
      Object.assign(this.values, { [key]: properties.get(key)?.parse(value) })
  }

  /** Hot properties change at once, the others with the next start; returns the keys of those. Values must be checked. */
  change(changed: ReadonlyMap<string, string>): string[] {
    const cold = [...changed].filter(([key]) => propertyOf(key)?.hot === false)
    for (const [key, value] of cold) this.later.set(key, value)
    this.set(Object.fromEntries([...changed].filter(([key]) => !this.later.has(key))))
    return cold.map(([key]) => key)
  }

  /** Key to text as it is in effect, in the order of declaration. */
  texts(): Map<string, string> {
    return new Map(Object.entries(this.values).map(([key, value]) => [key, String(value)]))
  }

  /** As `texts`, with the changes that wait for the next start. */
  savedTexts(): Map<string, string> {
    return new Map([...this.texts(), ...this.later])
  }
}
