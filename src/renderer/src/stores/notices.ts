import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Notice } from '../../../shared/views'
import { call } from '../api'

/** Newest first; the engine bounds its list, this bounds ours between two refreshes. */
export const MAX_NOTICES = 200

export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowRef<Notice[]>([])
  const unread = computed(() => notices.value.length)
  const worst = computed(() =>
    notices.value.some(({ level }) => level === 'error') ? 'error' : 'warning'
  )

  const newestFirst = (all: Notice[]) => all.sort((a, b) => b.at - a.at).slice(0, MAX_NOTICES)

  const refresh = async () => {
    notices.value = newestFirst([...(await call('notice.list'))])
  }
  const add = (notice: Notice) => {
    notices.value = newestFirst([notice, ...notices.value.filter(({ id }) => id !== notice.id)])
  }
  const dismiss = async (id: string) => {
    await call('notice.dismiss', { id })
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }
  const dismissAll = async () => {
    for (const { id } of notices.value) await dismiss(id)
  }
  return { notices, unread, worst, refresh, add, dismiss, dismissAll }
})
