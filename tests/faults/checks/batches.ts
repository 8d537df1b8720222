/** 9. Batches: where one message of a batch is readable all are, side by side in the order of the batch. */
import type { CaseFile, Send } from '../caseFile'
import { placeOf } from '../observation'

const judgeBatch = (file: CaseFile, batch: string, members: readonly Send[]): string[] => {
  const isAcked = members.every(({ outcome }) => outcome === 'ack')
  if (!isAcked && file.expectations.batches === 'torn') return []
  if (members.some((member) => file.mayBeDeleted(member))) return []
  const sentences: string[] = []
  members.forEach((present, i) => {
    for (const { topic, queueId, offset, place } of file.tracked.get(present.id)!.copies) {
      const first = offset - i
      const missing = members.find((member, j) => {
        const expected = placeOf(topic, queueId, first + j)
        if (file.byPlace.get(expected)?.id === member.id || file.isDamaged(expected)) return false
        return first + j >= (file.queue(topic, queueId)?.minOffset ?? 0)
      })
      if (missing !== undefined)
        sentences.push(
          `${place}: ${present.id} of batch ${batch} is there and ${missing.id} is not beside it`
        )
    }
  })
  return sentences.slice(0, 1)
}

export const checkBatches = (file: CaseFile): string[] => {
  const batches = new Map<string, Send[]>()
  for (const { sends } of file.tracked.values())
    for (const send of sends) {
      if (send.batch === undefined) continue
      const known = batches.get(send.batch)
      if (known) known.push(send)
      else batches.set(send.batch, [send])
    }
  return [...batches].flatMap(([batch, members]) => judgeBatch(file, batch, members))
}
