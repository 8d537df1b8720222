import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ClientsView } from '../../../shared/clientViews'
import { call } from '../api'

const NOBODY: ClientsView = { clients: [], total: 0, missing: [], canClose: false }

export const useClientsStore = defineStore('clients', () => {
  const view = shallowRef<ClientsView>(NOBODY)
  const isLoaded = shallowRef(false)

  const refresh = async () => {
    view.value = await call('client.list')
    isLoaded.value = true
  }
  const close = async (clientId: string) => {
    const { closed } = await call('client.close', { clientId })
    await refresh()
    return closed
  }
  return { view, isLoaded, refresh, close }
})
