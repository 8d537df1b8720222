import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SeriesQueryInput } from '../../../shared/statisticsDrafts'
import type { StatisticsNames, StatisticsView } from '../../../shared/statisticsViews'
import { call } from '../api'

export const useStatisticsStore = defineStore('statistics', () => {
  const view = shallowRef<StatisticsView>()
  const names = shallowRef<StatisticsNames>({ brokers: [], topics: [], groups: [] })

  const refresh = async () => {
    view.value = await call('statistics.view')
  }
  const refreshNames = async () => {
    names.value = await call('statistics.names')
  }
  const series = (query: SeriesQueryInput) => call('statistics.series', query)
  return { view, names, refresh, refreshNames, series }
})
