/** Something fetched and shown: the value, the first wait for it, and why it could not be had. */
import { computed, ref, shallowRef } from 'vue'
import type { Problem } from '../../../shared/views'
import { toProblem } from '../api'

export const useLoad = <R>(fetch: () => Promise<R>) => {
  const value = shallowRef<R>()
  const problem = shallowRef<Problem>()
  const isLoading = ref(false)
  /** Only the latest answer counts: a slow one for something no longer shown is dropped. */
  let latest = 0

  const load = async () => {
    const mine = ++latest
    isLoading.value = true
    try {
      const fetched = await fetch()
      if (mine !== latest) return
      value.value = fetched
      problem.value = undefined
    } catch (error) {
      if (mine === latest) problem.value = toProblem(error)
    } finally {
      if (mine === latest) isLoading.value = false
    }
  }
  const reset = () => {
    latest++
    value.value = undefined
    problem.value = undefined
    isLoading.value = false
  }
  const isWaiting = computed(() => isLoading.value && value.value === undefined)
  return { value, problem, isLoading, isWaiting, load, reset }
}
