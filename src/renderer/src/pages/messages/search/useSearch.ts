/** A search in the engine, moved on from here as long as somebody wants it to; the rows in sight are fetched in pages. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { SearchDraftInput } from '../../../../../shared/messageDrafts'
import {
  MATCHES_PER_RUN,
  MAX_FOUND_PER_PAGE,
  MAX_HELD_SUMMARIES
} from '../../../../../shared/messageLimits'
import type { SearchView } from '../../../../../shared/searchViews'
import type { MessageSummary, Problem } from '../../../../../shared/views'
import { call, toProblem } from '../../../api'

/** `null`: it is gone; undefined: not here yet. */
export type Row = MessageSummary | null | undefined

const MAX_PAGES = MAX_HELD_SUMMARIES / MAX_FOUND_PER_PAGE

export const useSearch = () => {
  const view = shallowRef<SearchView>()
  const problem = shallowRef<Problem>()
  const isRunning = ref(false)
  /** Grows with each page that arrived, so that rows are drawn again. */
  const version = ref(0)
  const pages = new Map<number, readonly Row[]>()
  const asked = new Set<number>()
  /** Only the latest wish moves the search on. */
  let latest = 0

  const fail = (error: unknown) => {
    problem.value = toProblem(error)
  }

  /** Until the end, until `more` further matches, or until somebody says stop. */
  const goOn = async (more = MATCHES_PER_RUN) => {
    const mine = ++latest
    const { value } = view
    if (!value) return
    const { searchId } = value
    const enough = value.matched + more
    problem.value = undefined
    isRunning.value = true
    try {
      while (mine === latest && view.value && !view.value.isDone && view.value.matched < enough) {
        const next = await call('message.searchNext', { searchId })
        if (mine === latest) view.value = next
      }
    } catch (error) {
      if (mine === latest) fail(error)
    } finally {
      if (mine === latest) isRunning.value = false
    }
  }
  const stop = () => {
    latest++
    isRunning.value = false
  }
  const start = async (draft: SearchDraftInput) => {
    const mine = ++latest
    view.value = undefined
    problem.value = undefined
    pages.clear()
    asked.clear()
    isRunning.value = true
    try {
      const begun = await call('message.search', draft)
      if (mine !== latest) return
      view.value = begun
    } catch (error) {
      if (mine === latest) {
        fail(error)
        isRunning.value = false
      }
      return
    }
    await goOn()
  }

  const loadPage = async (page: number) => {
    const search = view.value
    if (!search || asked.has(page)) return
    asked.add(page)
    const { searchId } = search
    const from = page * MAX_FOUND_PER_PAGE
    try {
      const found = await call('message.searchPage', { searchId, from, limit: MAX_FOUND_PER_PAGE })
      if (view.value?.searchId !== searchId) return
      pages.delete(page)
      pages.set(page, found.messages)
      for (const old of pages.keys()) if (pages.size > MAX_PAGES) pages.delete(old)
      version.value++
    } catch (error) {
      if (view.value?.searchId === searchId) fail(error)
    } finally {
      asked.delete(page)
    }
  }

  /** What is known of the rows from `first` to `last`; the rest is on its way. */
  const rows = (first: number, last: number): Row[] => {
    void version.value
    const wanted: Row[] = []
    const missing = new Set<number>()
    for (let index = first; index <= last; index++) {
      const page = Math.floor(index / MAX_FOUND_PER_PAGE)
      const row = pages.get(page)?.[index % MAX_FOUND_PER_PAGE]
      if (row === undefined) missing.add(page)
      wanted.push(row)
    }
    missing.forEach((page) => void loadPage(page))
    return wanted
  }

  onScopeDispose(() => {
    stop()
    // The engine lets go of it with the window anyway.
    if (view.value) void call('message.searchEnd').catch(() => undefined)
  })
  return {
    view,
    problem,
    isRunning,
    matched: computed(() => view.value?.matched ?? 0),
    start,
    goOn,
    stop,
    rows
  }
}
export type MessageSearch = ReturnType<typeof useSearch>
