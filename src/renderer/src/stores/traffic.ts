import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { TrafficPoint } from '../../../shared/views'
import { call } from '../api'

/** Five minutes, one point a second. */
export const SHOWN_POINTS = 300

/** In order of time, without doubles: history and live points overlap after a reconnect. */
export const withPoint = (points: readonly TrafficPoint[], point: TrafficPoint): TrafficPoint[] => {
  const last = points.at(-1)
  if (last && point.at <= last.at) return [...points]
  return [...points, point].slice(-SHOWN_POINTS)
}

const peak = (values: number[]): number => values.reduce((most, value) => Math.max(most, value), 0)

export const useTrafficStore = defineStore('traffic', () => {
  const points = shallowRef<TrafficPoint[]>([])

  const last = computed(() => points.value.at(-1))
  const peakProduced = computed(() => peak(points.value.map(({ produced }) => produced)))
  const peakConsumed = computed(() => peak(points.value.map(({ consumed }) => consumed)))

  const refresh = async () => {
    const { points: history } = await call('traffic.history')
    points.value = history.slice(-SHOWN_POINTS)
  }
  const passed = (point: TrafficPoint) => {
    points.value = withPoint(points.value, point)
  }
  return { points, last, peakProduced, peakConsumed, refresh, passed }
})
