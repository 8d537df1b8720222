/** What the cluster's clock shows, moving on while somebody looks: the time to compare a message's times with. */
import { computed, type ComputedRef } from 'vue'
import { useClockStore } from '../stores/clock'
import { useNow } from './useNow'

export const useClusterNow = (everyMs = 1000): ComputedRef<number> => {
  const clock = useClockStore()
  const now = useNow(everyMs)
  return computed(() => clock.at(now.value))
}
