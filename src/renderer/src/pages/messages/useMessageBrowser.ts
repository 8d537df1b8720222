/** State of the browser: which queues, from where, and the page shown. */
import { computed, ref } from 'vue'
import type { MessageSummary, QueueOffsetView } from '../../../../shared/views'
import { call } from '../../api'
import { useLoad } from '../../composables/useLoad'
import { queueKey } from '../../format/queues'
import { useBrowsingStore } from '../../stores/browsing'
import { readPage, startCursor, type Browse, type Cursor } from './queuePages'

export const PAGE_SIZE = 32
/** Every queue costs a request a page. */
export const MAX_QUEUES_READ = 64

const browse: Browse = (query) => call('message.browse', query)

/** All that belongs to one answer, so that a late one cannot mix with another. */
interface ShownPage {
  queues: QueueOffsetView[]
  /** Cursors of the pages so far; the last one is that of this page. */
  cursors: Cursor[]
  next: Cursor | undefined
  messages: MessageSummary[]
}

export const useMessageBrowser = () => {
  const chosen = useBrowsingStore()
  const offset = ref<number | null>(0)
  /** Cursors of the page to load; none starts anew, with the offsets of the moment. */
  let wanted: Cursor[] = []

  const isChosen = (queue: QueueOffsetView) =>
    chosen.queues.length === 0 || chosen.queues.includes(queueKey(queue))

  const page = useLoad(async (): Promise<ShownPage> => {
    const { topic, from } = chosen
    const known = wanted.length > 0 ? queues.value : undefined
    const all = known ?? (await call('topic.detail', { topic })).queues
    const read = all
      .filter((queue) => isChosen(queue) && queue.maxOffset > queue.minOffset)
      .slice(0, MAX_QUEUES_READ)
    const direction = from === 'newest' ? 'newestFirst' : 'oldestFirst'
    const start = from === 'offset' ? (offset.value ?? 0) : 0
    const cursors = known ? wanted : [startCursor(read, direction, start)]
    const cursor = cursors.at(-1) ?? new Map<string, number>()
    const query = { topic, queues: read, cursor, direction, size: PAGE_SIZE } as const
    const { messages, next, isLast } = await readPage(browse, query)
    return { queues: all, cursors, next: isLast ? undefined : next, messages }
  })

  const shown = page.value
  const queues = computed(() => shown.value?.queues ?? [])
  const chosenQueues = computed(() => queues.value.filter(isChosen))

  const load = async (cursors: Cursor[]) => {
    if (!chosen.topic) return
    wanted = cursors
    await page.load()
  }
  const restart = () => load([])
  const forward = async () => {
    if (shown.value?.next) await load([...shown.value.cursors, shown.value.next])
  }
  const back = async () => {
    if (shown.value && shown.value.cursors.length > 1) await load(shown.value.cursors.slice(0, -1))
  }
  /** Another topic, all of its queues or only some. */
  const choose = (topic: string, only: string[] = []) => {
    if (topic !== chosen.topic) page.reset()
    chosen.topic = topic
    chosen.queues = only
  }
  const startAt = (wantedOffset: number | null) => {
    offset.value = wantedOffset
  }

  return {
    chosen,
    offset,
    queues,
    page,
    messages: computed(() => shown.value?.messages ?? []),
    stored: computed(() =>
      chosenQueues.value.reduce((sum, q) => sum + q.maxOffset - q.minOffset, 0)
    ),
    hasTooMany: computed(() => chosenQueues.value.length > MAX_QUEUES_READ),
    pageNumber: computed(() => shown.value?.cursors.length ?? 0),
    hasNext: computed(() => shown.value?.next !== undefined),
    choose,
    startAt,
    restart,
    forward,
    back
  }
}
export type MessageBrowser = ReturnType<typeof useMessageBrowser>
