/** What goes wrong on purpose, what happened, and what clients saw of it. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { FaultDraftInput, FaultEvent, FaultView, SeenPoint } from '../../../shared/faultViews'
import { SEEN_POINTS } from '../../../shared/faultLimits'
import { call } from '../api'

export const useFaultsStore = defineStore('faults', () => {
  const active = shallowRef<FaultView[]>([])
  const points = shallowRef<SeenPoint[]>([])
  const events = shallowRef<FaultEvent[]>([])
  const last = computed(() => points.value.at(-1))

  const refresh = async () => {
    const [list, history] = await Promise.all([call('fault.list'), call('fault.history')])
    active.value = list
    points.value = history.points
    events.value = history.events
  }
  /** History and live points overlap after a reconnect. */
  const passed = (point: SeenPoint) => {
    if (point.at > (last.value?.at ?? -Infinity))
      points.value = [...points.value, point].slice(-SEEN_POINTS)
  }
  const set = async (fault: FaultDraftInput) => {
    await call('fault.set', fault)
    await refresh()
  }
  const clear = async (id: string) => {
    await call('fault.clear', { id })
    await refresh()
  }
  const clearAll = async () => {
    await call('fault.clearAll')
    await refresh()
  }
  return { active, points, events, last, refresh, passed, set, clear, clearAll }
})
