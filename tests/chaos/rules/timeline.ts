/** What clients saw, second by second. */
import type { Row } from './journal'

/** Something that was done to the cluster or came of it. */
export interface Mark {
  time: number
  text: string
}

interface Second {
  ok: number
  failed: Map<string, number>
  gaveUp: number
  received: number
  marks: string[]
}

const fresh = (): Second => ({ ok: 0, failed: new Map(), gaveUp: 0, received: 0, marks: [] })

const count = (second: Second, row: Row): void => {
  if (row.kind === 'ack') second.ok++
  else if (row.kind === 'receive') second.received++
  else if (row.kind === 'gave-up') second.gaveUp++
  else if (row.kind === 'unknown') {
    const why = row.why ?? 'unknown'
    second.failed.set(why, (second.failed.get(why) ?? 0) + 1)
  }
}

const isCalm = ({ failed, gaveUp, marks, ok, received }: Second): boolean =>
  failed.size + gaveUp + marks.length === 0 && ok > 0 && received > 0

const rowOf = (...cells: (string | number)[]): string =>
  `${cells
    .slice(0, 4)
    .map((cell) => String(cell).padStart(9))
    .join('')}  ${cells.slice(4).join('  ')}`.trimEnd()

const lineOf = (at: number, { ok, gaveUp, received, failed, marks }: Second): string => {
  const reasons = [...failed].map(([why, times]) => `${times} × ${why}`).join(', ')
  return rowOf(at, ok, received, gaveUp, [reasons, ...marks].filter((text) => text).join('; '))
}

/** A line a second; neighbouring ones in which nothing failed and nothing was done are one. */
export const timelineText = (
  rows: readonly Row[],
  marks: readonly Mark[],
  from: number
): string => {
  const all = new Map<number, Second>()
  const secondAt = (time: number): Second => {
    const at = Math.floor((time - from) / 1000)
    const known = all.get(at)
    if (known) return known
    const second = fresh()
    all.set(at, second)
    return second
  }
  for (const row of rows) count(secondAt(row.time), row)
  for (const { time, text } of marks) secondAt(time).marks.push(text)
  const last = Math.max(...all.keys())
  const lines = [rowOf('second', 'sent', 'received', 'gave up', 'attempts that failed; faults')]
  let calm: { at: number; second: Second }[] = []
  const tellCalm = (): void => {
    const [first] = calm
    if (calm.length === 1) lines.push(lineOf(first!.at, first!.second))
    else if (first) {
      const mean = (of: (second: Second) => number): number =>
        Math.round(calm.reduce((sum, { second }) => sum + of(second), 0) / calm.length)
      const span = `${first.at}–${calm.at(-1)!.at}`
      lines.push(
        rowOf(
          span,
          mean((s) => s.ok),
          mean((s) => s.received),
          0,
          'a second'
        )
      )
    }
    calm = []
  }
  for (let at = Math.min(...all.keys()); at <= last; at++) {
    const second = all.get(at) ?? fresh()
    if (isCalm(second)) calm.push({ at, second })
    else {
      tellCalm()
      lines.push(lineOf(at, second))
    }
  }
  tellCalm()
  return lines.join('\n')
}
