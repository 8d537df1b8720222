/** Start, stop and restart of one node, with one wait and one failure among them. */
import { computed } from 'vue'
import { useAction } from '../../composables/useAction'
import { useClusterStore } from '../../stores/cluster'

export const useNodeVerbs = (id: () => string) => {
  const cluster = useClusterStore()
  const verb = useAction((name: 'start' | 'stop' | 'restart') => cluster[name](id()))
  return {
    isPending: computed(() => verb.isPending.value),
    problem: verb.problem,
    start: () => verb.run('start'),
    stop: () => verb.run('stop'),
    restart: () => verb.run('restart')
  }
}
export type NodeVerbs = ReturnType<typeof useNodeVerbs>
