/** The clusters kept in the data folder, one of which runs. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { PresetName } from '../../../shared/clusterPresets'
import type { ClusterSpec } from '../../../shared/clusterSpec'
import type { SavedClusterView, SavedClustersView } from '../../../shared/clusterViews'
import { call } from '../api'

export const useSavedClustersStore = defineStore('savedClusters', () => {
  const view = shallowRef<SavedClustersView>()
  const clusters = computed(() => view.value?.clusters ?? [])
  const running = computed(() => clusters.value.find(({ isRunning }) => isRunning))
  const find = (number: number | undefined): SavedClusterView | undefined =>
    clusters.value.find((cluster) => cluster.number === number)

  const refresh = async (): Promise<void> => {
    view.value = await call('cluster.saved')
  }
  const create = async (spec: ClusterSpec, preset?: PresetName): Promise<SavedClusterView> => {
    const made = await call('cluster.create', { spec, ...(preset && { preset }) })
    await refresh()
    return made
  }
  /** Also where a node did not start it is saved: what is shown is asked for again. */
  const save = async (number: number, spec: ClusterSpec, erase: number[]): Promise<void> => {
    try {
      await call('cluster.save', { number, spec, erase })
    } finally {
      await refresh()
    }
  }
  const run = async (number: number): Promise<void> => {
    try {
      await call('cluster.run', { number })
    } finally {
      await refresh()
    }
  }
  const remove = async (number: number): Promise<void> => {
    await call('cluster.delete', { number })
    await refresh()
  }
  return { view, clusters, running, find, refresh, create, save, run, remove }
})
