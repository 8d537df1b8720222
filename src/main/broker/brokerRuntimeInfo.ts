import { join } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { CURRENT_VERSION, versionDesc } from '../protocol/codes/mqVersion'
import type { StoreStats } from '../store/messageStore'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import type { BrokerStats } from './brokerStats'
import type { BrokerStatsManager, Rate } from './brokerStatsManager'
import type { PullRequestHoldService } from './pullRequestHoldService'

interface Deps {
  clock: Pick<Clock, 'now'>
  disk: Pick<Disk, 'space'>
  config: Pick<BrokerConfig, 'startAcceptSendRequestTimeStamp' | 'storePathRootDir'>
  identity: Pick<BrokerIdentity, 'bootTimestamp'>
  store: { readonly stats: StoreStats }
  stats: Pick<BrokerStatsManager, 'tps' | 'totals' | 'putTimes'>
  days: Pick<BrokerStats, 'totals'>
  heldPulls: Pick<PullRequestHoldService, 'size'>
}

type RuntimeInfoTable = () => Readonly<Record<string, string>>

const GIB = 2 ** 30

/** `[ 0 days, 0 hours, 3 minutes, 10 seconds ]`. */
const durationText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit))
  return `[ ${days} days, ${hours! % 24} hours, ${minutes! % 60} minutes, ${seconds % 60} seconds ]`
}

/** What a broker says of itself in GET_BROKER_RUNTIME_INFO (28). Java: AdminBrokerProcessor.prepareRuntimeInfo. */
export class BrokerRuntimeInfo {
  private more: readonly RuntimeInfoTable[] = []

  constructor(private readonly deps: Deps) {}

  /** What features add; once, before it is asked. */
  use(more: readonly RuntimeInfoTable[]): void {
    this.more = more
  }

  table(): Record<string, string> {
    const own = { ...notThere, ...this.identity(), ...this.traffic(), ...this.storage() }
    return Object.assign(own, ...this.more.map((table) => table())) as Record<string, string>
  }

  private identity(): Record<string, string> {
    const { clock, config, identity } = this.deps
    return {
      brokerVersionDesc: versionDesc(CURRENT_VERSION),
      brokerVersion: String(CURRENT_VERSION),
      brokerActive: 'true',
      bootTimestamp: String(identity.bootTimestamp),
      runtime: durationText(clock.now() - identity.bootTimestamp),
      startAcceptSendRequestTimeStamp: String(config.startAcceptSendRequestTimeStamp)
    }
  }

  private traffic(): Record<string, string> {
    const { stats, days, heldPulls, store } = this.deps
    const day = days.totals
    const { totals } = stats
    const { putMessages, putBytes } = store.stats
    const rates = (...which: Rate[]): string =>
      [10, 60, 600]
        .map((seconds) => which.reduce((sum, rate) => sum + stats.tps(rate, seconds), 0))
        .map((tps) => (Number.isInteger(tps) ? tps.toFixed(1) : String(tps)))
        .join(' ')
    const transferred = rates('transferred')
    return {
      msgPutTotalYesterdayMorning: String(day.putYesterdayMorning),
      msgPutTotalTodayMorning: String(day.putTodayMorning),
      msgPutTotalTodayNow: String(day.put),
      msgGetTotalYesterdayMorning: String(day.getYesterdayMorning),
      msgGetTotalTodayMorning: String(day.getTodayMorning),
      msgGetTotalTodayNow: String(day.get),
      putTps: rates('put'),
      getTotalTps: rates('found', 'miss'),
      getFoundTps: rates('found'),
      getMissTps: rates('miss'),
      // 4.x tools read the misspelt one, 5.x tools the other.
      getTransferedTps: transferred,
      getTransferredTps: transferred,
      putMessageTimesTotal: String(putMessages),
      putMessageFailedTimes: String(totals.putFailed),
      putMessageSizeTotal: String(putBytes),
      putMessageAverageSize: String(putMessages > 0 ? putBytes / putMessages : 0),
      ...stats.putTimes(),
      pullThreadPoolQueueSize: String(heldPulls.size)
    }
  }

  private storage(): Record<string, string> {
    const { disk, config, store } = this.deps
    const { stats } = store
    const { freeBytes, totalBytes } = disk.space(config.storePathRootDir)
    const ratio = totalBytes > 0 ? (1 - freeBytes / totalBytes).toFixed(2) : '0.0'
    const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`
    return {
      earliestMessageTimeStamp: String(stats.earliestStoreTimestamp),
      commitLogMinOffset: String(stats.minPhysicalOffset),
      commitLogMaxOffset: String(stats.maxPhysicalOffset),
      commitLogDirCapacity: `Total : ${gib(totalBytes)}, Free : ${gib(freeBytes)}.`,
      commitLogDiskRatio: ratio,
      [`commitLogDiskRatio_${join(config.storePathRootDir, 'store', 'commitlog')}`]: ratio,
      consumeQueueDiskRatio: ratio,
      remainHowManyDataToFlush: `${stats.maxPhysicalOffset - stats.flushedPhysicalOffset} B`
    }
  }
}

/** Parts of a Java broker that this one has not: no thread pools, no page cache lock, no dispatch behind the log. */
const notThere: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['send', 'query', 'litePull', 'ack'].map((pool) => [`${pool}ThreadPoolQueueSize`, '0'])
  ),
  ...Object.fromEntries(
    ['send', 'pull', 'query', 'litePull', 'ack'].flatMap((pool) => [
      [`${pool}ThreadPoolQueueCapacity`, '0'],
      [`${pool}ThreadPoolQueueHeadWaitTimeMills`, '0']
    ])
  ),
  EndTransactionQueueSize: '0',
  EndTransactionThreadPoolQueueCapacity: '0',
  pageCacheLockTimeMills: '0',
  dispatchBehindBytes: '0',
  dispatchMaxBuffer: '0',
  remainTransientStoreBufferNumbs: '0',
  getMessageEntireTimeMax: '0'
}
