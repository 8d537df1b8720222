import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { MessageRef } from '../../../shared/drafts'

/** The message chosen to be compared with the next one that is opened: its place, never its body. */
export const useComparingStore = defineStore('comparing', () => {
  const first = shallowRef<MessageRef>()
  return { first }
})
