import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { AppInfo, TrafficPoint } from '../../../shared/views'
import { call } from '../api'

export const useAppStore = defineStore('app', () => {
  const info = shallowRef<AppInfo>()
  /** The last second, for the status bar. */
  const lastSecond = shallowRef<TrafficPoint>()

  const refresh = async () => {
    info.value = await call('app.info')
  }
  const passed = (point: TrafficPoint) => {
    lastSecond.value = point
  }
  return { info, lastSecond, refresh, passed }
})
