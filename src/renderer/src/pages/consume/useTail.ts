/** Follows a topic: one look after the other while it is not paused; nothing is kept in the engine. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { MAX_TAIL_ROWS } from '../../../../shared/consumeLimits'
import type { TailPosition } from '../../../../shared/consumeViews'
import type { MessageSummary, Problem } from '../../../../shared/views'
import { call, toProblem } from '../../api'

/** Between two looks. */
const LOOK_EVERY_MS = 500
/** The rate is that of the last so many looks. */
const RATE_LOOKS = 6

export interface TailFilter {
  topic: string
  tag: string
  key: string
  text: string
}

export interface TailRow extends MessageSummary {
  row: string
}

const rowKey = ({ brokerName, queueId, queueOffset }: MessageSummary): string =>
  `${brokerName}:${queueId}:${queueOffset}`

export const useTail = (filter: () => TailFilter) => {
  const rows = shallowRef<TailRow[]>([])
  const problem = shallowRef<Problem>()
  const isFollowing = ref(false)
  const counts = ref({ arrived: 0, shown: 0, skipped: 0, queues: 0 })
  const looks = shallowRef<{ at: number; arrived: number }[]>([])
  let positions: TailPosition[] | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let run = 0

  const rate = computed(() => {
    const [first] = looks.value
    const last = looks.value.at(-1)
    if (!first || !last || last.at === first.at) return 0
    const arrived = looks.value.slice(1).reduce((sum, look) => sum + look.arrived, 0)
    return Math.round((arrived * 10_000) / (last.at - first.at)) / 10
  })

  const look = async (mine: number) => {
    try {
      const view = await call('consume.tail', { ...filter(), ...(positions && { positions }) })
      if (mine !== run) return
      positions = view.positions
      problem.value = view.problem
      const more = view.messages.map((message) => ({ ...message, row: rowKey(message) })).reverse()
      if (more.length > 0) rows.value = [...more, ...rows.value].slice(0, MAX_TAIL_ROWS)
      counts.value = {
        arrived: counts.value.arrived + view.arrived,
        shown: counts.value.shown + more.length,
        skipped: counts.value.skipped + view.skipped,
        queues: view.queues
      }
      looks.value = [...looks.value, { at: performance.now(), arrived: view.arrived }].slice(-RATE_LOOKS) // prettier-ignore
    } catch (error) {
      if (mine === run) problem.value = toProblem(error)
    }
    if (mine === run && isFollowing.value) timer = setTimeout(() => void look(mine), LOOK_EVERY_MS)
  }
  const pause = () => {
    run++
    isFollowing.value = false
    looks.value = []
    clearTimeout(timer)
  }
  /** On from where it was paused; what came meanwhile is shown as far as it goes. */
  const follow = () => {
    pause()
    isFollowing.value = true
    void look(run)
  }
  /** At the newest message of another topic. */
  const restart = () => {
    positions = undefined
    rows.value = []
    counts.value = { arrived: 0, shown: 0, skipped: 0, queues: 0 }
    problem.value = undefined
    follow()
  }
  const clear = () => {
    rows.value = []
  }
  onScopeDispose(pause)
  return { rows, problem, isFollowing, counts, rate, follow, pause, restart, clear }
}
