/** The live tail of a mounted page: subscribed only while it runs, shown at most four times a second. */
import { onScopeDispose, shallowRef } from 'vue'
import { on } from '../../api'
import { TailRing, type TailRow } from './tailRing'

const SHOW_EVERY_MS = 250

export const useTail = () => {
  const ring = new TailRing()
  const rows = shallowRef<TailRow[]>([])
  const counts = shallowRef(ring.counts())
  const isPaused = shallowRef(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const show = () => {
    timer = undefined
    rows.value = ring.rows()
    counts.value = ring.counts()
  }
  const listen = () =>
    on('tail', (batch) => {
      ring.push(batch)
      timer ??= setTimeout(show, SHOW_EVERY_MS)
    })
  let off: (() => void) | undefined = listen()

  const pause = () => {
    off?.()
    off = undefined
    isPaused.value = true
  }
  const resume = () => {
    off ??= listen()
    isPaused.value = false
  }
  const clear = () => {
    ring.clear()
    show()
  }
  onScopeDispose(() => {
    off?.()
    clearTimeout(timer)
  })
  return { rows, counts, isPaused, pause, resume, clear }
}
