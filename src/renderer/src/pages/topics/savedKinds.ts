/** Which kinds the list shows, as it was left the last time. */
import { ref, watch, type Ref } from 'vue'
import type { TopicKind } from '../../../../shared/views'
import { topicKinds } from './topicRules'

const KEY = 'gantry.topics.kinds'

export const readKinds = (text: string | null): TopicKind[] => {
  const named = (text ?? 'NORMAL').split(',')
  return topicKinds.filter((kind) => named.includes(kind))
}

export const useSavedKinds = (): Ref<TopicKind[]> => {
  const kinds = ref(readKinds(localStorage.getItem(KEY)))
  watch(kinds, (chosen) => localStorage.setItem(KEY, chosen.join(',')))
  return kinds
}
