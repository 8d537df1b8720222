/** How full a broker's store is and what follows from it. Pure. */
import type { BrokerStorage, StorageRefusalCause } from '../../../../shared/views'

/** Calm; expired messages go at any hour; the oldest go before their time; sends are refused. */
export type StorageLevel = 'calm' | 'expiring' | 'forced' | 'refused'

/** Of the quota; more than 100 where it was made smaller than what is stored. */
export const usedPercent = ({
  usedBytes,
  quotaBytes
}: Pick<BrokerStorage, 'usedBytes' | 'quotaBytes'>): number =>
  quotaBytes > 0 ? (usedBytes / quotaBytes) * 100 : 100

export const storageLevel = (storage: BrokerStorage): StorageLevel => {
  const { diskMaxUsedSpaceRatio, diskSpaceCleanForciblyRatio, cleanFileForciblyEnable } =
    storage.retention
  const percent = usedPercent(storage)
  if (storage.refusal) return 'refused'
  if (cleanFileForciblyEnable && percent > diskSpaceCleanForciblyRatio) return 'forced'
  return percent > diskMaxUsedSpaceRatio ? 'expiring' : 'calm'
}

/** Where the bar is marked, in percent; the end of the bar is the quota itself. */
export const levelMarks = ({ retention }: Pick<BrokerStorage, 'retention'>): number[] => [
  retention.diskMaxUsedSpaceRatio,
  ...(retention.cleanFileForciblyEnable ? [retention.diskSpaceCleanForciblyRatio] : [])
]

/** `04;16` as `04:00`, `16:00`: in order, each once. */
export const deletionTimes = (deleteWhen: string): string[] =>
  [...new Set(deleteWhen.split(';').filter((hour) => /^\d{1,2}$/.test(hour)))]
    .map((hour) => `${hour.padStart(2, '0')}:00`)
    .sort()
    .filter((time, i, all) => time !== all[i - 1])

/** The property that lifts a refusal; a full or failed disk is not lifted by one. */
export const propertyAgainst: Readonly<Partial<Record<StorageRefusalCause, string>>> = {
  quota: 'gantryStoreQuota',
  minFree: 'gantryMinFreeDiskSpace',
  diskRatio: 'diskSpaceWarningLevelRatio'
}
