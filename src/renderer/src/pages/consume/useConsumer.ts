/** The consumer of this page: started, looked at, ended with the page. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { ConsumeDraftInput } from '../../../../shared/consumeDrafts'
import { MAX_CONSUMED } from '../../../../shared/consumeLimits'
import type { ConsumedView, ConsumerView } from '../../../../shared/consumeViews'
import type { Problem } from '../../../../shared/views'
import { call, toProblem } from '../../api'

/** Between two looks. */
const LOOK_EVERY_MS = 400

export const useConsumer = () => {
  const view = shallowRef<Omit<ConsumerView, 'changed'>>()
  /** Newest first. */
  const messages = shallowRef<ConsumedView[]>([])
  const problem = shallowRef<Problem>()
  const rate = ref(0)
  /** Whether the group goes with it. */
  const cleansUp = ref(true)
  let since = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let before = { at: 0, received: 0 }
  const isRunning = computed(() => view.value?.state === 'running')

  const take = ({ changed, ...rest }: ConsumerView) => {
    view.value = rest
    since = rest.revision
    const now = performance.now()
    if (now - before.at >= 1000) {
      const { received } = rest.counts
      rate.value = before.at === 0 ? 0 : Math.round(((received - before.received) * 10_000) / (now - before.at)) / 10 // prettier-ignore
      before = { at: now, received }
    }
    if (changed.length === 0) return
    const known = new Map(messages.value.map((one) => [one.number, one]))
    for (const one of changed) known.set(one.number, one)
    messages.value = [...known.values()].sort((a, b) => b.number - a.number).slice(0, MAX_CONSUMED)
  }
  const look = async () => {
    const { value } = view
    if (!value) return
    try {
      take(await call('consume.view', { id: value.id, since }))
      problem.value = undefined
    } catch (error) {
      problem.value = toProblem(error)
      if (problem.value.code === 'CONSUMER_GONE') view.value = { ...value, state: 'ended' }
    }
    clearTimeout(timer)
    if (isRunning.value) timer = setTimeout(() => void look(), LOOK_EVERY_MS)
  }
  const start = async (draft: ConsumeDraftInput) => {
    messages.value = []
    since = 0
    before = { at: 0, received: 0 }
    problem.value = undefined
    cleansUp.value = draft.cleanUp
    take(await call('consume.start', draft))
    void look()
  }
  const settle = async (
    action: 'ack' | 'nack' | 'extend',
    numbers: number[],
    invisibleMs: number
  ) => {
    const { value } = view
    if (!value || numbers.length === 0) return
    await call('consume.settle', { id: value.id, action, numbers, invisibleMs })
    await look()
  }
  const behave = async (behaviour: ConsumeDraftInput['behaviour']) => {
    if (view.value) await call('consume.behave', { id: view.value.id, behaviour })
  }
  const stop = async (cleanUp: boolean = cleansUp.value) => {
    const { value } = view
    if (!value) return
    clearTimeout(timer)
    await call('consume.stop', { id: value.id, cleanUp })
    await look()
  }
  /** To the form again. */
  const close = () => {
    view.value = undefined
    messages.value = []
    problem.value = undefined
  }
  // It ends with the page, and its group with it where that was made for it.
  onScopeDispose(() => {
    clearTimeout(timer)
    if (isRunning.value) void stop(cleansUp.value).catch(() => undefined)
  })
  return { view, messages, problem, rate, isRunning, cleansUp, start, settle, behave, stop, close }
}
