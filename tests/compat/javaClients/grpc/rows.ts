// Reading what a scenario has reported.
import type { Row } from '../driver'

export const of = (rows: readonly Row[], event: string) => rows.filter((row) => row.event === event)

export const bodies = (rows: readonly Row[]) => rows.map((row) => String(row['body']))

export const sorted = (texts: readonly string[]) => [...texts].sort()

export const numbered = (kind: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${kind} ${i}`)

/** By `what`: how calls ended that had to fail. */
export const endings = (rows: readonly Row[]) =>
  new Map(
    rows
      .filter(({ event }) => event === 'refused' || event === 'taken')
      .map((row) => [String(row['what']), row])
  )
