/** How a broker keeps messages, and for how long. Java: BrokerConfig, MessageStoreConfig. */
import {
  text,
  flag,
  int,
  long,
  oneOf,
  MIB,
  hot,
  cluster,
  ms,
  count,
  bytes,
  percent,
  type PropertySpec
} from '../../base/properties/property'
import { MAX_DELAY_LEVELS, parseDelayLevels } from '../../protocol/delayLevels'

export const storeSpec = {
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
  flushDelayOffsetInterval: long('store', 10_000, { ...ms, min: 100 }),
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
} satisfies PropertySpec
