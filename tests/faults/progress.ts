/** What a group's committed offset on one queue can be, given who committed what and when it was acknowledged. */
import type { Commit, Committed } from './history'

interface Try {
  client: string
  offset: number
  asked: number
  /** When it was acknowledged; Infinity: never. */
  settled: number
}

export class Progress {
  private readonly tries: Try[] = []

  constructor(
    events: readonly (Commit | Committed)[],
    private readonly crashes: readonly number[],
    /** What was acknowledged this long before a crash may be lost with it. */
    private readonly flushMs: number
  ) {
    const open = new Map<string, Try[]>()
    for (const { kind, client, offset, time } of events) {
      const key = `${offset} ${client}`
      if (kind === 'commit') {
        const made = { client, offset, asked: time, settled: Infinity }
        this.tries.push(made)
        open.set(key, [...(open.get(key) ?? []), made])
        continue
      }
      const first = open.get(key)?.shift()
      if (first) first.settled = time
      else throw new Error(`the history is wrong: offset ${offset} committed and never tried`)
    }
  }

  /** Requests of one client are carried out in order, and a crash ends those under way. */
  private isOver(made: Try, last: Try): boolean {
    if (made.settled < last.asked) return true
    if (made.settled < Infinity || made.asked >= last.asked) return false
    return (
      made.client === last.client ||
      this.crashes.some((crash) => made.asked <= crash && crash <= last.asked)
    )
  }

  /** Every value the offset can have at `time`; undefined among them: none may have been stored yet. */
  possibleAt(time: number): (number | undefined)[] {
    let last: Try | undefined
    for (const made of this.tries)
      if (
        made.settled <= time &&
        made.settled < Infinity &&
        made.settled > (last?.settled ?? -1) &&
        !this.isVolatile(made.settled, time)
      )
        last = made
    const possible = this.tries.filter(
      (made) => made.asked <= time && (last === undefined || !this.isOver(made, last))
    )
    return [...(last === undefined ? [undefined] : []), ...possible.map(({ offset }) => offset)]
  }

  private isVolatile(time: number, until: number): boolean {
    return this.crashes.some(
      (crash) => crash <= until && crash - this.flushMs <= time && time <= crash
    )
  }
}
