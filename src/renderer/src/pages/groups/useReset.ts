/** A reset from its form over its preview to its result, and back again. */
import { computed, ref, shallowRef } from 'vue'
import type {
  KeptResetView,
  OffsetPlanView,
  OffsetResultView
} from '../../../../shared/offsetViews'
import { call } from '../../api'
import { useAction } from '../../composables/useAction'
import { useClockStore } from '../../stores/clock'
import { changesOf, newResetForm, resetDraftOf } from './resetRules'

export const useReset = (groupOf: () => string) => {
  const clock = useClockStore()
  const form = ref(newResetForm([], 0))
  /** The queues whose offsets can be typed. */
  const queues = shallowRef<OffsetPlanView['moves']>([])
  const plan = shallowRef<OffsetPlanView>()
  const result = shallowRef<OffsetResultView>()
  const kept = shallowRef<KeptResetView[]>([])
  const isUndone = ref(false)

  const draft = computed(() => resetDraftOf(groupOf(), form.value, queues.value))
  const changes = computed(() => changesOf(plan.value?.moves ?? []))

  const loadKept = useAction(async () => {
    kept.value = await call('offset.kept', { groupName: groupOf() })
  })
  const loadQueues = useAction(async () => {
    const { topics } = form.value
    const to = { kind: 'min' } as const
    queues.value = (await call('offset.preview', { groupName: groupOf(), topics, to })).moves
  })
  const preview = useAction(async () => {
    if (draft.value) plan.value = await call('offset.preview', draft.value)
  })
  const apply = useAction(async () => {
    if (!draft.value) return
    result.value = await call('offset.reset', draft.value)
    isUndone.value = false
  })
  const undo = useAction(async (id: number) => {
    result.value = await call('offset.undo', { id })
    isUndone.value = true
  })
  const actions = [loadKept, loadQueues, preview, apply, undo]

  const begin = (topics: readonly string[]) => {
    form.value = newResetForm(topics, clock.at(Date.now()))
    queues.value = []
    plan.value = undefined
    result.value = undefined
    kept.value = []
    for (const action of actions) action.forget()
    void loadKept.run()
  }
  const isPending = computed(() => [preview, apply, undo].some((one) => one.isPending.value))
  const problem = computed(() => actions.map((one) => one.problem.value).find((one) => one))
  const state = computed(() => (result.value ? 'result' : plan.value ? 'plan' : 'form'))
  const back = () => {
    plan.value = undefined
    apply.forget()
  }
  return {
    ...{ form, queues, plan, result, kept, isUndone, draft, changes, state, isPending, problem },
    ...{ loadQueues, preview, apply, undo, begin, back }
  }
}
