/** Which cluster the console looks at, and the others it could. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ConnectionDraft, ConnectionTestQuery } from '../../../shared/connectionDrafts'
import { THIS_MACHINE, type ConnectionsView } from '../../../shared/connectionViews'
import { call } from '../api'

export const useConnectionsStore = defineStore('connections', () => {
  const view = shallowRef<ConnectionsView>()
  const connections = computed(() => view.value?.connections ?? [])
  const current = computed(() =>
    connections.value.find(({ number }) => number === view.value?.current)
  )
  const isExternal = computed(() => (view.value?.current ?? THIS_MACHINE) !== THIS_MACHINE)
  const problem = computed(() => view.value?.problem)

  /** Nothing of the cluster before stays on screen: the window loads itself anew. */
  const take = (next: ConnectionsView) => {
    const isOther = view.value !== undefined && view.value.current !== next.current
    view.value = next
    if (isOther) window.location.reload()
  }
  const refresh = async () => take(await call('connection.list'))
  const use = async (number: number) => take(await call('connection.use', { number }))
  const retry = async () => take(await call('connection.retry'))
  const save = async (draft: ConnectionDraft) => {
    const saved = await call('connection.save', draft)
    await refresh()
    return saved
  }
  const remove = async (number: number) => {
    await call('connection.delete', { number })
    await refresh()
  }
  const test = (query: ConnectionTestQuery) => call('connection.test', query)
  return {
    view,
    connections,
    current,
    isExternal,
    problem,
    refresh,
    use,
    retry,
    save,
    remove,
    test
  }
})
