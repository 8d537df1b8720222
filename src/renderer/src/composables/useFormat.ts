/** Formatters bound to the language in force. */
import { useI18n } from 'vue-i18n'
import * as numbers from '../format/numbers'
import { durationParts, formatClock, formatTimestamp } from '../format/times'

export const useFormat = () => {
  const { t, locale } = useI18n()
  return {
    integer: (value: number) => numbers.formatInteger(value, locale.value),
    compact: (value: number) => numbers.formatCompact(value, locale.value),
    rate: (value: number) => numbers.formatRate(value, locale.value),
    bytes: (value: number) => numbers.formatBytes(value, locale.value),
    timestamp: formatTimestamp,
    clock: formatClock,
    duration: (ms: number) =>
      durationParts(ms)
        .map(([n, unit]) => t(`common.duration.${unit}`, { n }))
        .join(' ')
  }
}
