import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { GrpcClientsView } from '../../../shared/grpcViews'
import { call } from '../api'

export const useGrpcClientsStore = defineStore('grpcClients', () => {
  const view = shallowRef<GrpcClientsView>()
  const refresh = async () => {
    view.value = await call('grpc.clients')
  }
  return { view, refresh }
})
