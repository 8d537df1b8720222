import { defineStore } from 'pinia'
import { ref } from 'vue'

export type StartFrom = 'newest' | 'oldest' | 'offset'

/** What was browsed last, so that coming back shows it again. Choices only: messages never live in Pinia. */
export const useBrowsingStore = defineStore('browsing', () => {
  const topic = ref('')
  /** `broker-a:3`; none means all. */
  const queues = ref<string[]>([])
  const from = ref<StartFrom>('newest')
  return { topic, queues, from }
})
