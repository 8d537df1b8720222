import { CHECKPOINT_VERSION } from '../checkpoint'
import { INDEX_FORMAT_VERSION } from '../indexTable'
import { LOG_FORMAT_VERSION } from '../segmentFile'
import type { QueueInspection, StoreInspection } from './inspection'

/** "1 record", "2 records". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** What is wrong with a store, one sentence each with what the next start makes of it. */
export const problemsOf = ({
  inUse,
  log,
  checkpoint,
  indexFormats,
  queues,
  unknownQueueFolders
}: StoreInspection): string[] => {
  const problems: string[] = []
  for (const { base, header, formatVersion } of log.segments) {
    if (header === 'damaged')
      problems.push(`the header of segment ${base} is damaged; the next start puts it right`)
    if (header === 'newer')
      problems.push(
        `segment ${base} has format ${formatVersion}, this version knows ${LOG_FORMAT_VERSION}; use a newer Gantry`
      )
  }
  for (const { physicalOffset, bytes, lostRecords } of log.holes)
    problems.push(
      `hole at ${physicalOffset}: ${counted(bytes, 'byte')} are no record, ${counted(lostRecords, 'record')} known lost; what is behind stays readable`
    )
  if (log.holeCount > log.holes.length)
    problems.push(`${log.holeCount - log.holes.length} more holes are not listed`)
  if (log.tornTail !== null)
    problems.push(
      `torn tail at ${log.tornTail.physicalOffset}: ${counted(log.tornTail.bytes, 'byte')} are no whole ${log.tornTail.unfinishedBatch > 0 ? 'batch' : 'record'}; ` +
        (inUse
          ? 'a broker is at work and may be writing them, look again'
          : 'the next start cuts them')
    )
  if (checkpoint.state === 'damaged')
    problems.push('the checkpoint is damaged; the next start rebuilds the consume queues')
  if (checkpoint.state === 'newer')
    problems.push(
      `the checkpoint has a newer format than ${CHECKPOINT_VERSION}, which this version knows; use a newer Gantry`
    )
  if ((checkpoint.bytesBehind ?? 0) < 0)
    problems.push(
      `the log ends ${counted(-(checkpoint.bytesBehind ?? 0), 'byte')} before the checkpoint: it lost what it had`
    )
  for (const version of indexFormats)
    if (version > INDEX_FORMAT_VERSION)
      problems.push(
        `the key index has format ${version}, this version knows ${INDEX_FORMAT_VERSION}; use a newer Gantry`
      )
  // What a newer format tells nobody here can judge.
  if (log.segments.some(({ header }) => header === 'newer')) return problems
  problems.push(...queues.flatMap(problemsOfQueue))
  // A broker at work may have made it since the log was looked at.
  for (const folder of inUse ? [] : unknownQueueFolders)
    problems.push(`consumequeue/${folder} points to no record; the next start removes it`)
  return problems
}

const problemsOfQueue = (queue: QueueInspection): string[] => {
  const { missingEntries, wrongEntries, danglingEntries } = queue
  const parts = [
    missingEntries > 0 ? [`${counted(missingEntries, 'entry', 'entries')} missing`] : [],
    wrongEntries > 0 ? [`${counted(wrongEntries, 'entry', 'entries')} to another record`] : [],
    danglingEntries > 0 ? [`${counted(danglingEntries, 'entry', 'entries')} to nowhere`] : [],
    queue.fitsCheckpoint === false ? ['its files are not what the checkpoint says'] : []
  ].flat()
  if (parts.length === 0) return []
  return [
    `queue ${queue.topic}@${queue.queueId}: ${parts.join(', ')}; the next start rebuilds it from the log`
  ]
}
