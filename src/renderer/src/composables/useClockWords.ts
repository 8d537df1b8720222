/** How the cluster's clock runs, in words. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useClockStore } from '../stores/clock'
import { useFormat } from './useFormat'
import { useNow } from './useNow'

export const useClockWords = () => {
  const { t } = useI18n()
  const format = useFormat()
  const clock = useClockStore()
  const now = useNow()
  const speed = computed(() => {
    if (clock.view?.isStepping) return t('clock.stepping')
    if (clock.view?.paused) return t('clock.paused')
    return t('clock.speed', { n: clock.view?.rate ?? 1 })
  })
  const distance = computed(() => {
    const aheadMs = clock.at(now.value) - now.value
    const length = format.duration(Math.round(Math.abs(aheadMs) / 1000) * 1000)
    if (Math.abs(aheadMs) < 1000) return t('clock.same')
    return t(aheadMs > 0 ? 'clock.ahead' : 'clock.behind', { length })
  })
  return { speed, distance }
}
