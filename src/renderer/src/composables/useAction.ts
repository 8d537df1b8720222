/** One verb of a page: whether it is under way, and what went wrong the last time. */
import { readonly, ref, shallowRef } from 'vue'
import type { Problem } from '../../../shared/views'
import { toProblem } from '../api'

export type ActionOutcome<R> = { ok: true; value: R } | { ok: false; problem: Problem }

export const useAction = <A extends unknown[], R>(verb: (...args: A) => Promise<R>) => {
  const isPending = ref(false)
  const problem = shallowRef<Problem>()

  const run = async (...args: A): Promise<ActionOutcome<R>> => {
    isPending.value = true
    problem.value = undefined
    try {
      return { ok: true, value: await verb(...args) }
    } catch (error) {
      problem.value = toProblem(error)
      return { ok: false, problem: problem.value }
    } finally {
      isPending.value = false
    }
  }
  const forget = () => {
    problem.value = undefined
  }
  return { isPending: readonly(isPending), problem, run, forget }
}
