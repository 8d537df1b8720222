/**
 * What follows from the room there is. Gantry's own quota is in force; RocketMQ's rule, a percentage of the whole disk,
 * joins it with gantryDiskRatioEnable. Java: CleanCommitLogService.isSpaceToDelete.
 */
import type { DeleteCause, RetentionConfig, StoreSpace } from './messageStore'
import type { PassingReason } from './writeability'

export interface SpaceJudgement {
  /** Expired segments go at any hour. Java: isUsageExceedsThreshold. */
  readonly isUsageExceedsThreshold: boolean
  /** The oldest segment goes, expired or not. Java: cleanImmediately. */
  readonly cleanImmediately: Exclude<DeleteCause, 'expired'> | undefined
  /** Why sends are refused. */
  readonly refusals: ReadonlyMap<PassingReason, string>
}

const MIB = 1024 * 1024

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`

export const judgeSpace = (config: RetentionConfig, space: StoreSpace): SpaceJudgement => {
  const { diskMaxUsedSpaceRatio, diskSpaceCleanForciblyRatio, diskSpaceWarningLevelRatio } = config
  const { usedBytes, quotaBytes, freeBytes, totalBytes, minFreeBytes } = space
  const quotaPercent = (usedBytes / quotaBytes) * 100
  const isDiskKnown = freeBytes !== undefined && totalBytes !== undefined && totalBytes > 0
  const diskPercent =
    config.gantryDiskRatioEnable && isDiskKnown ? (1 - freeBytes / totalBytes) * 100 : 0
  const isMinFreeBroken = freeBytes !== undefined && freeBytes < minFreeBytes
  const refusals = new Map<PassingReason, string>()
  if (usedBytes >= quotaBytes)
    refusals.set(
      'quota',
      `this broker's store takes ${mib(usedBytes)}, its quota is ${mib(quotaBytes)}; raise gantryStoreQuota, or let retention delete: ` +
        (config.cleanFileForciblyEnable
          ? 'it does so by itself as far as it can'
          : 'set cleanFileForciblyEnable=true, or shorten fileReservedTime')
    )
  if (isMinFreeBroken)
    refusals.set(
      'minFree',
      `the disk has ${mib(freeBytes)} free, less than gantryMinFreeDiskSpace=${minFreeBytes} (${mib(minFreeBytes)}); free some room: sending resumes by itself`
    )
  if (diskPercent > diskSpaceWarningLevelRatio)
    refusals.set(
      'diskRatio',
      `the disk is ${diskPercent.toFixed(1)} % full, more than diskSpaceWarningLevelRatio=${diskSpaceWarningLevelRatio}; free some room: sending resumes by itself`
    )
  return {
    isUsageExceedsThreshold:
      quotaPercent > diskMaxUsedSpaceRatio ||
      diskPercent > diskMaxUsedSpaceRatio ||
      isMinFreeBroken,
    // Not for the free space: deleting messages would not stop whoever else fills the disk.
    cleanImmediately:
      quotaPercent > diskSpaceCleanForciblyRatio
        ? 'quota'
        : diskPercent > diskSpaceCleanForciblyRatio
          ? 'diskRatio'
          : undefined,
    refusals
  }
}
