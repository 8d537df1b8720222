/** Runs of the windows: one each, gone with the window. */
import type { ComposeForm } from '../../../shared/composeForm'
import type { RunDraft } from '../../../shared/composeDrafts'
import { MAX_RUNS } from '../../../shared/composeLimits'
import type { RunView } from '../../../shared/composeViews'
import type { Caller } from '../../../shared/contract'
import type { Problem } from '../../../shared/views'
import type { RealTime } from '../../base/clock'
import { ProblemError } from '../../cluster/problem'
import { Run } from './run'
import type { SendPlace } from './sendForm'

export type SendMany = (form: ComposeForm, place: SendPlace, count: number) => Promise<{ tookMs: number }> // prettier-ignore

interface Deps {
  clock: RealTime
  problemOf: (error: unknown) => Problem
  onProgress: () => void
}

export class Runs {
  private readonly byCaller = new Map<string, { id: string; run: Run }>()
  private lastId = 0

  constructor(private readonly deps: Deps) {}

  /** @throws ProblemError RUN_UNDER_WAY, TOO_MANY_RUNS. */
  start({ form, seed, total, rate, rows }: RunDraft, caller: Caller, send: SendMany): RunView {
    const { clock, problemOf } = this.deps
    if (this.byCaller.get(caller.id)?.run.isOver === false)
      throw new ProblemError('RUN_UNDER_WAY', {}, 'this window sends already; stop it first')
    if ([...this.byCaller.values()].filter(({ run }) => !run.isOver).length >= MAX_RUNS)
      throw new ProblemError('TOO_MANY_RUNS', { n: MAX_RUNS }, `${MAX_RUNS} runs are under way`)
    const id = String(++this.lastId)
    // A row is a message: rows travel one by one.
    const step = form.kind === 'batch' && rows.length === 0 ? form.batchCount : 1
    const run = new Run(
      {
        clock,
        problemOf,
        send: (index, count) => send(form, { seed, index, row: rows[index] }, count)
      },
      {
        ...{ id, step, rate, topic: form.topic.trim() },
        total: rows.length > 0 ? rows.length : total,
        isInTurn: form.mode !== 'async'
      }
    )
    this.byCaller.set(caller.id, { id, run })
    void run.go().then(() => this.deps.onProgress())
    return run.view()
  }

  /** Null: there is none, or it ended with another window. */
  view(caller: Caller): RunView | null {
    return this.byCaller.get(caller.id)?.run.view() ?? null
  }

  stop(caller: Caller): void {
    this.byCaller.get(caller.id)?.run.stop()
  }

  forget(caller: Caller): void {
    this.stop(caller)
    this.byCaller.delete(caller.id)
  }

  stopAll(): void {
    for (const { run } of this.byCaller.values()) run.stop()
  }
}
