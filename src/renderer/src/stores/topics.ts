import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { TopicDraftInput } from '../../../shared/drafts'
import type { TopicView } from '../../../shared/views'
import { call } from '../api'

export const useTopicsStore = defineStore('topics', () => {
  const topics = shallowRef<TopicView[]>([])

  const byName = computed(() => new Map(topics.value.map((topic) => [topic.topic, topic])))
  /** Topics people send to. */
  const normalNames = computed(() =>
    topics.value.filter(({ kind }) => kind === 'NORMAL').map(({ topic }) => topic)
  )

  const refresh = async () => {
    const fetched = await call('topic.list')
    topics.value = fetched.sort((a, b) => a.topic.localeCompare(b.topic))
  }
  const save = async (draft: TopicDraftInput) => {
    await call('topic.save', draft)
    await refresh()
  }
  const remove = async (topic: string, brokerName?: string) => {
    await call('topic.delete', { topic, ...(brokerName && { brokerName }) })
    await refresh()
  }
  const empty = async (topic: string) => {
    await call('topic.empty', { topic })
    await refresh()
  }
  const note = async (topic: string, text: string) => {
    await call('topic.note', { topic, note: text })
    await refresh()
  }
  return { topics, byName, normalNames, refresh, save, remove, empty, note }
})
