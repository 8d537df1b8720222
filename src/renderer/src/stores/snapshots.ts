/** Snapshots of whole clusters, and the one that is worked on. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SnapshotsView } from '../../../shared/snapshotViews'
import { call } from '../api'

export const useSnapshotsStore = defineStore('snapshots', () => {
  const view = shallowRef<SnapshotsView>()
  const snapshots = computed(() => view.value?.snapshots ?? [])
  const job = computed(() => view.value?.job)

  const refresh = async () => {
    view.value = await call('snapshot.list')
  }
  const then = async <R>(verb: Promise<R>): Promise<R> => {
    try {
      return await verb
    } finally {
      await refresh().catch(() => undefined)
    }
  }
  const create = (name: string, note: string) => then(call('snapshot.create', { name, note }))
  const restore = (number: number, keepAs: string | undefined) =>
    then(call('snapshot.restore', { number, ...(keepAs !== undefined && { keepAs }) }))
  const branch = (number: number, name: string) => then(call('snapshot.branch', { number, name }))
  const rename = (number: number, name: string, note: string) =>
    then(call('snapshot.rename', { number, name, note }))
  const remove = (number: number) => then(call('snapshot.delete', { number }))
  const cancel = () => then(call('snapshot.cancel'))

  return { view, snapshots, job, refresh, create, restore, branch, rename, remove, cancel }
})
