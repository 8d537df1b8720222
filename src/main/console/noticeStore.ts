import type { Notice } from '../../shared/views'
import type { Clock } from '../base/clock'
import type { NodeNotice } from '../cluster/control'

/** Notices kept; the oldest goes. */
export const MAX_NOTICES = 200

/** Without `detail`, the engine's own words: they carry figures, so that no two are the same. */
const keyOf = ({ code, params }: NodeNotice): string =>
  JSON.stringify([
    code,
    Object.entries(params)
      .filter(([name]) => name !== 'detail')
      .sort(([a], [b]) => (a < b ? -1 : 1))
  ])

/** What a person should hear of. The same thing again is counted, not repeated; its newest detail stays. */
export class NoticeStore {
  private readonly notices = new Map<string, Notice>()
  private nextId = 1

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  add(notice: NodeNotice): Notice {
    const key = keyOf(notice)
    const before = this.notices.get(key)
    const next: Notice = {
      ...notice,
      id: before?.id ?? String(this.nextId++),
      at: this.clock.now(),
      count: (before?.count ?? 0) + 1
    }
    this.notices.delete(key)
    this.notices.set(key, next)
    const oldest = this.notices.keys().next()
    if (this.notices.size > MAX_NOTICES && !oldest.done) this.notices.delete(oldest.value)
    return next
  }

  /** Newest first. */
  list(): Notice[] {
    return [...this.notices.values()].reverse()
  }

  /** Dismissing what is gone already is fine. */
  dismiss(id: string): void {
    for (const [key, notice] of this.notices) if (notice.id === id) this.notices.delete(key)
  }
}
