/**
 * 5. Offsets: a group's committed offset never passes the end of the queue, is nothing that nobody committed, and goes
 * back only as far as a crash lets it: to before what was acknowledged within one flush interval of the crash.
 */
import type { CaseFile } from '../caseFile'
import type { ObservedOffset } from '../observation'

type Row = ObservedOffset & { time: number }

/** Is the offset one the group can have at that time? */
const judgeValue = (file: CaseFile, row: Row): string[] => {
  const { group, topic, queueId, offset, time } = row
  if (file.wasEverDeleted(topic)) return []
  const who = `${group} on ${topic}@${queueId}`
  const possible = file.progress(group, topic, queueId).possibleAt(time)
  if (possible.includes(offset)) return []
  const known = possible.filter((value) => value !== undefined)
  const due = known.length === 0 ? 'nothing was committed' : `${Math.max(...known)} was committed`
  if (offset === undefined) return [`${who}: the committed offset is gone, ${due}`]
  if (known.every((value) => offset > value))
    return [`${who}: the committed offset ${offset} is ahead, ${due}`]
  return [`${who}: the committed offset went back to ${offset}, ${due}`]
}

const judgeEnd = (file: CaseFile, { group, topic, queueId, offset }: ObservedOffset): string[] => {
  const who = `${group} on ${topic}@${queueId}`
  const queue = file.queue(topic, queueId)
  if (queue === undefined) throw new Error(`no verdict on ${who}: the queue was not observed`)
  if (offset === undefined || offset <= queue.maxOffset) return []
  return [`${who}: the committed offset ${offset} is past the end ${queue.maxOffset}`]
}

export const checkOffsets = (file: CaseFile): string[] => {
  const observed = new Set(
    file.observation.committed.map(({ group, topic, queueId }) =>
      JSON.stringify([group, topic, queueId])
    )
  )
  for (const { group, topic, queueId } of file.commits)
    if (!observed.has(JSON.stringify([group, topic, queueId])))
      throw new Error(`no verdict on ${group} on ${topic}@${queueId}: its offset was not observed`)
  return [
    ...file.offsetsSeen.flatMap((row) => judgeValue(file, row)),
    ...file.observation.committed.flatMap((row) => [
      ...judgeEnd(file, row),
      ...judgeValue(file, { ...row, time: Infinity })
    ])
  ]
}
