/** What clients wrote down, as the judge and the live progress read it. */
import type { HistoryEvent } from '../../faults/history'

/** Rows that are no evidence. Places are of one broker: their topic is `broker/topic`. */
export type Remark = { time: number; client: string } & (
  | { kind: 'ready' | 'over' }
  /** The application was told that its send failed, after all attempts of its client. */
  | { kind: 'gave-up'; id: string; why: string }
  /** An error the client told beside its calls. */
  | { kind: 'noise'; why: string }
)

/** `why`: what an attempt that was not acknowledged ended with. */
export type Row = (HistoryEvent & { why?: string }) | Remark

const remarks: ReadonlySet<string> = new Set<Remark['kind']>(['ready', 'over', 'gave-up', 'noise'])

export const isEvidence = (row: Row): row is HistoryEvent => !remarks.has(row.kind)

export const placeName = (brokerName: string, topic: string): string => `${brokerName}/${topic}`

/** Reads journals that are still being written; a line that is not whole yet waits for its end. */
export class JournalReader {
  private rest = ''

  /** @throws Error on a whole line that is no row: then nothing of this journal can be believed. */
  push(text: string): Row[] {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop()!
    return lines.map((line) => {
      try {
        return JSON.parse(line) as Row
      } catch (cause) {
        throw new Error(`no row of a journal: ${line.slice(0, 200)}`, { cause })
      }
    })
  }
}

/** One history of all journals, by the machine's monotonic time; rows of one moment stay in the order of their journal. */
export const historyOf = (rows: readonly Row[]): HistoryEvent[] =>
  rows.filter(isEvidence).sort((a, b) => a.time - b.time)
