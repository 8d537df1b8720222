import type { TailBatch } from '../../shared/views'
import type { RealTime } from '../base/clock'
import { toDisposable, type Disposable } from '../base/disposable'

/** At most four batches a second, however many brokers there are. */
export const TAIL_PERIOD_MS = 250
/** Messages of one batch; those beyond are counted in `passed` and not shown. */
export const TAIL_MESSAGES = 20

/** Joins what several brokers send into one stream the window can draw. */
export const mergeTail = (
  clock: RealTime,
  open: (listener: (batch: TailBatch) => void) => Disposable,
  emit: (batch: TailBatch) => void
): Disposable => {
  let waiting: TailBatch | undefined
  let pause: Disposable | undefined
  const flush = (): void => {
    pause = undefined
    if (!waiting) return
    const batch = waiting
    waiting = undefined
    pause = clock.after(TAIL_PERIOD_MS, flush)
    emit(batch)
  }
  const opened = open(({ messages, passed }) => {
    waiting = {
      messages: [...(waiting?.messages ?? []), ...messages].slice(0, TAIL_MESSAGES),
      passed: (waiting?.passed ?? 0) + passed
    }
    if (!pause) flush()
  })
  return toDisposable(() => {
    opened.dispose()
    pause?.dispose()
  })
}
