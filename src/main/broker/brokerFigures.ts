/** What a running broker tells the process it lives in about itself. */
import type { StoreStats } from '../store/messageStore'
import type { BrokerStorage } from '../../shared/views'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerStats } from './brokerStats'
import type { BrokerStatsManager } from './brokerStatsManager'
import type { TrafficCounters } from './runningBroker'

export const storageOf = (stats: StoreStats, config: BrokerConfig): BrokerStorage => {
  const { space, notWriteable, refusalCause, isRefusalPassing, earliestStoreTimestamp } = stats
  return {
    usedBytes: space.usedBytes,
    quotaBytes: space.quotaBytes,
    ...(space.freeBytes !== undefined && { freeBytes: space.freeBytes }),
    minFreeBytes: space.minFreeBytes,
    retention: {
      fileReservedTime: config.fileReservedTime,
      deleteWhen: config.deleteWhen,
      diskMaxUsedSpaceRatio: config.diskMaxUsedSpaceRatio,
      diskSpaceCleanForciblyRatio: config.diskSpaceCleanForciblyRatio,
      cleanFileForciblyEnable: config.cleanFileForciblyEnable
    },
    ...(earliestStoreTimestamp > 0 && { earliestStoreTimestamp }),
    ...(notWriteable !== undefined &&
      refusalCause !== undefined && {
        refusal: { cause: refusalCause, reason: notWriteable, isPassing: isRefusalPassing }
      })
  }
}

export const trafficOf = (
  stats: BrokerStatsManager,
  day: BrokerStats['totals']
): TrafficCounters => ({
  produced: stats.totals.put,
  producedBytes: stats.totals.putBytes,
  consumed: stats.totals.transferred,
  consumedBytes: stats.totals.transferredBytes,
  produceTps: stats.tps('put', 10),
  consumeTps: stats.tps('transferred', 10),
  producedToday: day.put - day.putTodayMorning,
  consumedToday: day.get - day.getTodayMorning
})
