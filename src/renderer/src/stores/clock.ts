/** The cluster's clock, which need not be the machine's. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ClockView } from '../../../shared/views'
import { call } from '../api'

/** Closer to the machine's clock than this is real time. */
const SAME_MS = 1000

export const useClockStore = defineStore('clock', () => {
  const view = shallowRef<ClockView>()
  /** When the view came, by the machine's clock. */
  let askedAt = 0

  const isNormalSpeed = computed(() => !view.value || (view.value.rate === 1 && !view.value.paused))
  const isReal = computed(
    () => !view.value || (isNormalSpeed.value && Math.abs(view.value.aheadMs) < SAME_MS)
  )
  /** What it shows at a time of the machine's clock. */
  const at = (real: number): number => {
    if (!view.value) return real
    const { now, aheadMs, rate, paused, isStepping } = view.value
    if (isNormalSpeed.value) return real + aheadMs
    return paused || isStepping ? now : now + (real - askedAt) * rate
  }

  const take = (next: ClockView) => {
    view.value = next
    askedAt = Date.now()
  }
  const refresh = async () => take(await call('clock.get'))
  const set = async (change: { paused?: boolean; rate?: number }) =>
    take(await call('clock.set', change))
  const step = async (ms: number) => take(await call('clock.step', { ms }))
  /** At normal speed, and with the machine's clock again where it was behind; ahead it stays ahead. */
  const toRealTime = async () => {
    await set({ paused: false, rate: 1 })
    const behindMs = -(view.value?.aheadMs ?? 0)
    if (behindMs > 0) await step(behindMs)
  }
  return { view, isNormalSpeed, isReal, at, refresh, set, step, toRealTime }
})
