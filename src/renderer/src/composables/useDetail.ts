/** The one thing a drawer shows: fetched when its name is given, again when the engine says it is stale. */
import { computed, ref, watch } from 'vue'
import type { Noun } from '../../../shared/views'
import { useLoad } from './useLoad'
import { useStale } from './useStale'

/** Traffic makes details stale all the time; oftener than this would only cost. */
const DETAIL_EVERY_MS = 1000

export const useDetail = <R>(
  /** The thing to show; '' closes the drawer, which keeps showing the last one while it slides away. */
  nameOf: () => string,
  fetch: (name: string) => Promise<R>,
  nouns: readonly Noun[],
  close: () => void
) => {
  const shown = ref('')
  const detail = useLoad(() => fetch(shown.value))
  watch(
    nameOf,
    (name) => {
      if (!name) return
      shown.value = name
      detail.reset()
      void detail.load()
    },
    { immediate: true }
  )
  useStale(
    nouns,
    async () => {
      if (nameOf()) await detail.load()
    },
    DETAIL_EVERY_MS
  )
  const isOpen = computed({ get: () => nameOf() !== '', set: (open) => !open && close() })
  return { ...detail, shown, isOpen }
}
