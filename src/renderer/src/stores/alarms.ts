/** Alarm rules as they stand, and the newest times they fired. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { AlarmDraftInput, AlarmMuteDraft } from '../../../shared/alarmDrafts'
import type { AlarmFiring, AlarmsView } from '../../../shared/alarmViews'
import { call } from '../api'

/** Firings asked for at once. */
const PAGE = 50

export const useAlarmsStore = defineStore('alarms', () => {
  const view = shallowRef<AlarmsView>()
  const firings = shallowRef<AlarmFiring[]>([])
  const hasMore = shallowRef(false)

  const refreshRules = async () => {
    view.value = await call('alarm.list')
  }
  /** The newest ones; older ones that were shown are asked for again. */
  const refresh = async () => {
    await refreshRules()
    const page = await call('alarm.firings', { limit: PAGE })
    firings.value = page.firings
    hasMore.value = page.hasMore
  }
  const more = async () => {
    const before = firings.value.at(-1)?.number
    const page = await call('alarm.firings', { limit: PAGE, ...(before && { before }) })
    firings.value = [...firings.value, ...page.firings]
    hasMore.value = page.hasMore
  }
  const save = async (draft: AlarmDraftInput) => {
    await call('alarm.save', draft)
    await refresh()
  }
  const remove = async (number: number) => {
    await call('alarm.delete', { number })
    await refresh()
  }
  const mute = async (draft: AlarmMuteDraft) => {
    await call('alarm.mute', draft)
    await refreshRules()
  }
  const acknowledge = async (number: number) => {
    await call('alarm.acknowledge', { number })
    await refresh()
  }
  const test = (draft: AlarmDraftInput) => call('alarm.test', draft)
  return {
    view,
    firings,
    hasMore,
    refreshRules,
    refresh,
    more,
    save,
    remove,
    mute,
    acknowledge,
    test
  }
})
