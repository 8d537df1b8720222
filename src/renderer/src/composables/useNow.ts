/** The time, moving on while somebody looks. */
import { onScopeDispose, shallowRef, type Ref } from 'vue'

export const useNow = (everyMs = 1000): Readonly<Ref<number>> => {
  const now = shallowRef(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
