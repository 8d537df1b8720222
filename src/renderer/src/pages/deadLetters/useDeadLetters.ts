/** State of the inbox: which group and time, the letters read so far, and those chosen. */
import { computed, ref, shallowRef, watch } from 'vue'
import { MAX_LETTER_BATCH } from '../../../../shared/letterLimits'
import type { DeadLetter, DeadLetterPage } from '../../../../shared/deadLetterViews'
import { call } from '../../api'
import { useAction } from '../../composables/useAction'
import { useClusterNow } from '../../composables/useClusterNow'
import { useLoad } from '../../composables/useLoad'
import { useStale } from '../../composables/useStale'
import { letterKey, rangeOf, type FullLetter, type RangePreset, type TimeRange } from './letterRules' // prettier-ignore

const PAGE_SIZE = 50
/** Letters the list holds at most; narrower choices show the others. */
export const MAX_LETTERS_SHOWN = 2000
/** Counts move with every dead letter; asking more often than this would only cost. */
const INBOX_EVERY_MS = 2000

interface Shown {
  letters: DeadLetter[]
  cursors: DeadLetterPage['cursors']
  left: number
  problems: DeadLetterPage['problems']
  range: TimeRange
}

export const useDeadLetters = () => {
  const now = useClusterNow()
  const group = ref('')
  const preset = ref<RangePreset>('all')
  const own = ref<[number, number] | null>(null)
  const selected = shallowRef<readonly string[]>([])

  const inbox = useLoad(() => call('deadLetter.inbox'))
  useStale(['message', 'topic', 'group'], inbox.load, INBOX_EVERY_MS)

  const queryOf = (range: TimeRange) => ({ ...(group.value && { groupName: group.value }), ...range }) // prettier-ignore
  /** Of all groups or the chosen one, when the list was read. */
  const countThen = ref(0)
  const countNow = computed(() => {
    const { value } = inbox.value
    if (!group.value) return value?.total ?? 0
    return value?.groups.find(({ groupName }) => groupName === group.value)?.count ?? 0
  })

  const list = useLoad(async (): Promise<Shown> => {
    const range = rangeOf(preset.value, own.value, now.value)
    const { messages, ...rest } = await call('deadLetter.list', {
      ...queryOf(range),
      limit: PAGE_SIZE
    })
    countThen.value = countNow.value
    return { letters: messages, ...rest, range }
  })
  const show = () => {
    selected.value = []
    return list.load()
  }
  watch([group, preset, own], () => {
    list.reset()
    void show()
  })

  const loadingMore = useAction(async () => {
    const shown = list.value.value
    if (!shown) return
    const { cursors, range } = shown
    const { messages, ...rest } = await call('deadLetter.list', {
      ...queryOf(range),
      cursors,
      limit: PAGE_SIZE
    })
    // Another list may have been asked for meanwhile.
    if (list.value.value !== shown) return
    list.value.value = { letters: [...shown.letters, ...messages], ...rest, range }
  })

  const letters = computed(() => list.value.value?.letters ?? [])
  const chosen = computed(() => {
    const keys = new Set(selected.value)
    return letters.value.filter((letter) => keys.has(letterKey(letter)))
  })
  const inRange = computed(() => letters.value.length + (list.value.value?.left ?? 0))
  const canShowMore = computed(
    () => (list.value.value?.left ?? 0) > 0 && letters.value.length < MAX_LETTERS_SHOWN
  )

  /** Everything in range, page by page, at most MAX_LETTER_BATCH; `isWanted` is asked before each page. */
  async function* allInRange(bodies: boolean, isWanted: () => boolean) {
    const range = list.value.value?.range ?? {}
    let cursors: DeadLetterPage['cursors'] | undefined
    for (let read = 0; read < MAX_LETTER_BATCH && isWanted();) {
      const page = await call('deadLetter.list', {
        ...queryOf(range),
        ...(cursors && { cursors }),
        limit: Math.min(100, MAX_LETTER_BATCH - read),
        bodies
      })
      read += page.messages.length
      yield page.messages
      if (page.cursors.length === 0) return
      cursors = page.cursors
    }
  }

  /** One that is shown, with its body. */
  const full = async (letter: DeadLetter): Promise<FullLetter> => {
    const { topic, brokerName, queueId, queueOffset } = letter
    const detail = await call('message.get', { topic, brokerName, queueId, queueOffset })
    return { ...letter, detail }
  }

  return {
    ...{ group, preset, own, selected, inbox, list, letters, chosen, inRange, canShowMore },
    isStale: computed(() => countNow.value > countThen.value && !list.isLoading.value),
    show,
    loadingMore,
    allInRange,
    full
  }
}
export type DeadLetters = ReturnType<typeof useDeadLetters>
