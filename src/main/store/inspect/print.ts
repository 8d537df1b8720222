/** The inspection as text for people. */
import type {
  DamagedRange,
  RecordRow,
  SegmentInspection,
  StoreInspection,
  TornTail
} from './inspection'
import { counted } from './problems'

const time = (timestamp: number | null): string => {
  if (timestamp === null) return '-'
  const date = new Date(timestamp)
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString()
}

const age = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 48 * 3600
    ? `${Math.floor(seconds / 3600)} h`
    : `${Math.floor(seconds / 86_400)} days`
}

/** Columns as wide as their widest cell; numbers to the right. */
const table = (rows: readonly (readonly (string | number)[])[]): string[] => {
  const widths: number[] = []
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, String(cell).length)
  return rows.map((row) =>
    row
      .map((cell, i) =>
        typeof cell === 'number' ? String(cell).padStart(widths[i]!) : cell.padEnd(widths[i]!)
      )
      .join('  ')
      .trimEnd()
  )
}

const segmentLine = (segment: SegmentInspection): (string | number)[] => [
  segment.base,
  segment.bytes,
  segment.records,
  time(segment.firstStoreTimestamp),
  time(segment.lastStoreTimestamp),
  segment.formatVersion ?? '-',
  segment.header
]

const rangeLine = ({ physicalOffset, bytes, lostRecords }: DamagedRange): string =>
  `${physicalOffset}, ${counted(bytes, 'byte')}, ${counted(lostRecords, 'record')} known lost`

/** Each version once, or a dash. */
const listed = (versions: readonly (number | null)[]): string =>
  [...new Set(versions.filter((version) => version !== null))].join(' and ') || '-'

const tailLine = (tail: TornTail): string =>
  rangeLine(tail) +
  (tail.unfinishedBatch === 0
    ? ''
    : `, ${counted(tail.unfinishedBatch, 'sound record')} of an unfinished batch in it`)

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

const checkpointLine = ({ checkpoint }: StoreInspection): string => {
  const { state, physicalOffset, bytesBehind, storeTimestamp, ageMs } = checkpoint
  if (physicalOffset === null) return `checkpoint: ${state}`
  const behind = bytesBehind ?? 0
  return (
    `checkpoint: at ${physicalOffset}, ${counted(Math.abs(behind), 'byte')} ${behind < 0 ? 'behind' : 'before'} the end; ` +
    `newest message it knows ${time(storeTimestamp)}, ${age(ageMs ?? 0)} ago`
  )
}

export const printStore = (inspection: StoreInspection): string[] => {
  const { folder, inUse, formatVersions, indexFormats, backups } = inspection
  const { log, checkpoint, queues, totals, problems } = inspection
  const lines = [
    `store ${folder}`,
    ...(inUse ? ['in use by a broker at work: what follows is a moment of it'] : []),
    `format: this version writes log ${formatVersions.log}, checkpoint ${formatVersions.checkpoint}, index ${formatVersions.index}; ` +
      `found log ${listed(log.segments.map((s) => s.formatVersion))}, checkpoint ${listed([checkpoint.formatVersion])}, index ${listed(indexFormats)}`,
    ...backups.map((backup) => `backup: ${backup}, removed by the next clean shutdown`),
    `log: ${log.minOffset} to ${log.maxOffset}, ${counted(log.bytes, 'byte')}, ${counted(log.records, 'record')}, ${log.recordsWithoutQueue} of no queue`
  ]
  if (log.segments.length > 0)
    lines.push(
      ...indent(
        table([
          ['base', 'bytes', 'records', 'first stored', 'last stored', 'format', 'header'],
          ...log.segments.map(segmentLine)
        ])
      )
    )
  lines.push(checkpointLine(inspection))
  lines.push(`torn tail: ${log.tornTail === null ? 'none' : tailLine(log.tornTail)}`)
  lines.push(`holes: ${log.holeCount === 0 ? 'none' : log.holeCount}`)
  lines.push(...indent(log.holes.map(rangeLine)))
  lines.push(`queues: ${totals.queues}`)
  if (queues.length > 0)
    lines.push(
      ...indent(
        table([
          [
            ...['topic', 'queue', 'id', 'entries', 'min', 'max', 'records', 'pending'],
            ...['missing', 'wrong', 'nowhere', 'lost', 'checkpoint']
          ],
          ...queues.map((queue) => [
            ...[queue.topic, queue.queueId, queue.topicId ?? '-', queue.entries],
            ...[queue.minOffset, queue.maxOffset, queue.records, queue.pendingEntries],
            ...[queue.missingEntries, queue.wrongEntries, queue.danglingEntries],
            ...[queue.lostRecords, fitText[String(queue.fitsCheckpoint)] ?? '']
          ])
        ])
      )
    )
  lines.push(
    `totals: ${counted(totals.queues, 'queue')}, ${counted(totals.entries, 'entry', 'entries')}, ${counted(totals.records, 'record')}, ${totals.lostRecords} known lost`
  )
  lines.push(problems.length === 0 ? 'sound' : `${counted(problems.length, 'problem')}:`)
  lines.push(...indent(problems))
  return lines
}

const fitText: Record<string, string> = { true: 'fits', false: 'differs', null: 'not in it' }

export const printRecord = (row: RecordRow): string =>
  row.crc === 'bad'
    ? `${row.physicalOffset}  ${row.size} bytes  crc bad`
    : `${row.physicalOffset}  ${row.topic}@${row.queueId}  offset ${row.queueOffset}  ${row.size} bytes  ${time(row.storeTimestamp)}  crc ok`
