/** Which member has which queue, by the queue's name: asked when a group is opened and from time to time. */
import { computed, watch } from 'vue'
import { call } from '../../api'
import { useLoad } from '../../composables/useLoad'
import { useStale } from '../../composables/useStale'
import { nameOfQueue } from './rebalanceRules'

/** Members are asked one by one; oftener than this would only cost. */
const ASK_EVERY_MS = 5000

/** Empty while nobody is online, or where the queues are not divided among members. */
export const useOwners = (groupOf: () => string) => {
  const loading = useLoad(() => call('group.allocation', { groupName: groupOf() }))
  const ask = async () => {
    if (groupOf()) await loading.load()
  }
  watch(
    groupOf,
    () => {
      loading.reset()
      void ask()
    },
    { immediate: true }
  )
  useStale(['group'], ask, ASK_EVERY_MS)
  return computed(() => {
    const found = loading.value.value
    const queues = found?.sharing === 'divided' ? found.now.queues : []
    return new Map(
      queues.flatMap((queue) =>
        queue.clientId === undefined ? [] : [[nameOfQueue(queue), queue.clientId] as const]
      )
    )
  })
}
