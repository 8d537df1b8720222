import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ClusterView, NodeState } from '../../../shared/views'
import { call } from '../api'

export type ClusterHealth = 'running' | 'partial' | 'stopped' | 'changing' | 'unknown'

/** One word for the states of all nodes. */
export const healthOf = (states: readonly NodeState[]): ClusterHealth => {
  if (states.length === 0) return 'unknown'
  if (states.some((state) => state === 'starting' || state === 'stopping')) return 'changing'
  if (states.every((state) => state === 'running')) return 'running'
  return states.some((state) => state === 'running') ? 'partial' : 'stopped'
}

export const useClusterStore = defineStore('cluster', () => {
  const view = shallowRef<ClusterView>()

  const nameservers = computed(() => view.value?.nameservers ?? [])
  const brokers = computed(() => view.value?.brokers ?? [])
  const proxy = computed(() => view.value?.proxy)
  /** None or one. */
  const proxies = computed(() => (proxy.value ? [proxy.value] : []))
  const health = computed(() =>
    healthOf([...nameservers.value, ...brokers.value, ...proxies.value].map(({ state }) => state))
  )
  const masterNames = computed(() => [
    ...new Set(brokers.value.filter(({ brokerId }) => brokerId === 0).map(({ name }) => name))
  ])
  const namesrvAddr = computed(() =>
    nameservers.value
      .filter(({ state }) => state === 'running')
      .map(({ address }) => address)
      .join(';')
  )
  /** Of the proxy; empty while it does not run. */
  const grpcAddr = computed(() => (proxy.value?.state === 'running' ? proxy.value.address : ''))
  const produceTps = computed(() => brokers.value.reduce((sum, b) => sum + b.produceTps, 0))
  const consumeTps = computed(() => brokers.value.reduce((sum, b) => sum + b.consumeTps, 0))
  const producedToday = computed(() => brokers.value.reduce((sum, b) => sum + b.producedToday, 0))
  const consumedToday = computed(() => brokers.value.reduce((sum, b) => sum + b.consumedToday, 0))

  const refresh = async () => {
    view.value = await call('cluster.view')
  }
  // Shown again before the verb has ended, so that "starting" can be seen.
  const during = async (verb: Promise<void>) => {
    void refresh().catch(() => undefined)
    try {
      await verb
    } finally {
      await refresh().catch(() => undefined)
    }
  }
  const start = (id: string) => during(call('node.start', { id }))
  const stop = (id: string) => during(call('node.stop', { id }))
  const restart = (id: string) => during(call('node.restart', { id }))

  return {
    view,
    nameservers,
    brokers,
    proxy,
    proxies,
    health,
    masterNames,
    namesrvAddr,
    grpcAddr,
    produceTps,
    consumeTps,
    producedToday,
    consumedToday,
    refresh,
    start,
    stop,
    restart
  }
})
