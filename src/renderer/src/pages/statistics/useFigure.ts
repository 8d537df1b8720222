/** A measured value in words, by its unit. */
import { useI18n } from 'vue-i18n'
import { metrics, type MetricName } from '../../../../shared/statisticsModel'
import { useFormat } from '../../composables/useFormat'

export const useFigure = () => {
  const { t } = useI18n()
  const format = useFormat()
  const decimals = (value: number): number => Math.round(value * 100) / 100
  return (metric: MetricName, value: number | undefined): string => {
    if (value === undefined) return '—'
    switch (metrics[metric].unit) {
      case 'rate':
        return `${format.rate(value)}${t('common.perSecond')}`
      case 'ms':
        return `${decimals(value)} ms`
      case 'percent':
        return `${decimals(value)} %`
      case 'bytes':
        return format.bytes(value)
      default:
        return format.compact(value)
    }
  }
}
