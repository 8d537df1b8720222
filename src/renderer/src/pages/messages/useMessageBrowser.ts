/** State of the browser: which queues, from where, and the page shown. */
import { computed, ref, shallowRef } from 'vue'
import type { MessageSummary, QueueOffsetView } from '../../../../shared/views'
import { call } from '../../api'
import { useLoad } from '../../composables/useLoad'
import { queueKey } from '../../format/queues'
import { readPage, startCursor, type Browse, type Cursor, type QueueRange } from './queuePages'

export type StartFrom = 'newest' | 'oldest' | 'offset'

export const PAGE_SIZE = 32
/** Every queue costs a request a page. */
export const MAX_QUEUES_READ = 64

const browse: Browse = (query) => call('message.browse', query)

export const useMessageBrowser = () => {
  const topic = ref('')
  const chosenQueues = ref<string[]>([])
  const from = ref<StartFrom>('newest')
  const offset = ref<number | null>(0)

  const queues = shallowRef<QueueOffsetView[]>([])
  /** Cursors of the pages so far; the last one is that of the page shown. */
  const cursors = shallowRef<Cursor[]>([])
  const next = shallowRef<Cursor>()

  const direction = computed(() => (from.value === 'newest' ? 'newestFirst' : 'oldestFirst'))
  const chosen = computed(() =>
    chosenQueues.value.length === 0
      ? queues.value
      : queues.value.filter((queue) => chosenQueues.value.includes(queueKey(queue)))
  )
  const readQueues = computed<QueueRange[]>(() =>
    chosen.value.filter((q) => q.maxOffset > q.minOffset).slice(0, MAX_QUEUES_READ)
  )
  const hasTooMany = computed(() => chosen.value.length > MAX_QUEUES_READ)
  const stored = computed(() => chosen.value.reduce((sum, q) => sum + q.maxOffset - q.minOffset, 0))
  const pageNumber = computed(() => cursors.value.length)

  const readAt = async (cursor: Cursor): Promise<MessageSummary[]> => {
    const page = await readPage(browse, {
      topic: topic.value,
      queues: readQueues.value,
      cursor,
      direction: direction.value,
      size: PAGE_SIZE
    })
    next.value = page.isLast ? undefined : page.next
    return page.messages
  }

  const page = useLoad(async () => {
    const cursor = cursors.value.at(-1)
    if (cursor) return readAt(cursor)
    queues.value = (await call('topic.detail', { topic: topic.value })).queues
    const start = startCursor(readQueues.value, direction.value, offset.value ?? 0)
    const messages = await readAt(start)
    cursors.value = [start]
    return messages
  })

  /** From the chosen start, with the offsets of this moment. */
  const restart = async () => {
    if (!topic.value) return
    cursors.value = []
    await page.load()
  }
  const forward = async () => {
    if (!next.value) return
    cursors.value = [...cursors.value, next.value]
    await page.load()
  }
  const back = async () => {
    if (cursors.value.length < 2) return
    cursors.value = cursors.value.slice(0, -1)
    await page.load()
  }
  const choose = (name: string) => {
    if (name === topic.value) return
    topic.value = name
    chosenQueues.value = []
    queues.value = []
    cursors.value = []
    next.value = undefined
    page.reset()
  }

  const chooseQueues = (keys: string[]) => {
    chosenQueues.value = keys
  }
  const startFrom = (start: StartFrom) => {
    from.value = start
  }
  const startAt = (wanted: number | null) => {
    offset.value = wanted
  }

  return {
    topic,
    chosenQueues,
    from,
    offset,
    queues,
    stored,
    hasTooMany,
    pageNumber,
    page,
    hasNext: computed(() => next.value !== undefined),
    choose,
    chooseQueues,
    startFrom,
    startAt,
    restart,
    forward,
    back
  }
}
export type MessageBrowser = ReturnType<typeof useMessageBrowser>
