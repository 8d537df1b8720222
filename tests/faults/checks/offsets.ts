/**
 * 5. Offsets: a group's committed offset never passes the end of the queue, is nothing that nobody committed, and goes
 * back only as far as a crash lets it: to before what was acknowledged within one flush interval of the crash.
 */
import type { CaseFile } from '../caseFile'
import type { ObservedOffset } from '../observation'

const judgeOffset = (file: CaseFile, row: ObservedOffset): string[] => {
  const { group, topic, queueId, offset } = row
  const who = `${group} on ${topic}@${queueId}`
  const queue = file.queue(topic, queueId)
  if (queue === undefined) throw new Error(`no verdict on ${who}: the queue was not observed`)
  const sentences: string[] = []
  if (offset !== undefined && offset > queue.maxOffset)
    sentences.push(`${who}: the committed offset ${offset} is past the end ${queue.maxOffset}`)
  if (file.wasEverDeleted(topic)) return sentences
  const possible = file.progress(group, topic, queueId).possibleAt(Infinity)
  if (possible.includes(offset)) return sentences
  const known = possible.filter((value) => value !== undefined)
  const due = known.length === 0 ? 'nothing was committed' : `${Math.max(...known)} was committed`
  if (offset === undefined) sentences.push(`${who}: the committed offset is gone, ${due}`)
  else if (known.every((value) => offset > value))
    sentences.push(`${who}: the committed offset ${offset} is ahead, ${due}`)
  else sentences.push(`${who}: the committed offset went back to ${offset}, ${due}`)
  return sentences
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
  return file.observation.committed.flatMap((row) => judgeOffset(file, row))
}
