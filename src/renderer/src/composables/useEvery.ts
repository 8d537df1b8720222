/** Does something again and again while a component is there; one at a time, and not while nobody can see it. */
import { onScopeDispose } from 'vue'

export const useEvery = (periodMs: number, work: () => Promise<unknown>) => {
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy || document.hidden) return
    isBusy = true
    // What cannot be refreshed stays on screen; the page's own load tells why.
    void work()
      .catch(() => undefined)
      .finally(() => (isBusy = false))
  }, periodMs)
  onScopeDispose(() => clearInterval(timer))
}
