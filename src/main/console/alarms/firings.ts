/** Times rules fired, newest last, kept over restarts. */
import { MAX_ALARM_FIRINGS } from '../../../shared/alarmModel'
import type { AlarmFiring, AlarmRule, FiringsPage } from '../../../shared/alarmViews'
import type { Log } from '../../base/log'
import type { Collection } from '../../meta/collection'
import type { AlarmFiringDoc } from '../../meta/alarmDocs'

interface Deps {
  docs: Pick<Collection<AlarmFiringDoc>, 'all' | 'put' | 'removeAll'>
  log: Log
}

const toDoc = ({ end, ending, acknowledged, ...rest }: AlarmFiring): AlarmFiringDoc => ({
  ...rest,
  end: end ?? 0,
  ending: ending ?? '',
  acknowledged: acknowledged ?? 0
})

const ofDoc = ({ end, ending, acknowledged, ...rest }: AlarmFiringDoc): AlarmFiring => ({
  ...rest,
  ...(end > 0 && { end }),
  ...(ending !== '' && { ending }),
  ...(acknowledged > 0 && { acknowledged })
})

export class Firings {
  private firings: AlarmFiring[]

  constructor(private readonly deps: Deps) {
    this.firings = deps.docs
      .all()
      .map(([, doc]) => ofDoc(doc))
      .sort((a, b) => a.number - b.number)
  }

  get size(): number {
    return this.firings.length
  }

  get(number: number): AlarmFiring | undefined {
    return this.firings.find((firing) => firing.number === number)
  }

  /** Those that have not ended. */
  open(): AlarmFiring[] {
    return this.firings.filter(({ end }) => end === undefined)
  }

  page(before: number | undefined, limit: number): FiringsPage {
    const older = this.firings.filter(({ number }) => before === undefined || number < before)
    return { firings: older.slice(-limit).reverse(), hasMore: older.length > limit }
  }

  begin(rule: AlarmRule, at: number, peak: number, muted: boolean): AlarmFiring {
    const { name, kind, scope, target, threshold, level } = rule
    const firing: AlarmFiring = {
      number: (this.firings.at(-1)?.number ?? 0) + 1,
      rule: rule.number,
      ...{ name, kind, scope, target, threshold, level },
      ...{ begin: at, peak, muted }
    }
    this.firings.push(firing)
    this.keep(firing)
    this.bound()
    return firing
  }

  change(number: number, changed: Partial<AlarmFiring>): AlarmFiring | undefined {
    const place = this.firings.findIndex((firing) => firing.number === number)
    const before = this.firings[place]
    if (!before) return undefined
    const firing = { ...before, ...changed }
    this.firings[place] = firing
    this.keep(firing)
    return firing
  }

  /** Rules fire whether or not the disk takes it; what could not be written is in memory. */
  private keep(firing: AlarmFiring): void {
    void this.deps.docs.put(String(firing.number), toDoc(firing)).catch((error: unknown) => {
      this.deps.log.warn(`firing ${firing.number} could not be kept`, error)
    })
  }

  private bound(): void {
    const gone: number[] = []
    for (const { number, end } of this.firings) {
      if (this.firings.length - gone.length <= MAX_ALARM_FIRINGS) break
      if (end !== undefined) gone.push(number)
    }
    if (gone.length === 0) return
    this.firings = this.firings.filter(({ number }) => !gone.includes(number))
    void this.deps.docs.removeAll(gone.map(String)).catch((error: unknown) => {
      this.deps.log.warn('old firings could not be removed', error)
    })
  }
}
