/**
 * 4. Duplicates: a second copy is explained by a send of unknown outcome, a second delivery by progress that had not
 * reached the broker. Explained ones are counted.
 */
import type { CaseFile, Tracked } from '../caseFile'
import type { Receive } from '../history'
import { placeOf } from '../observation'

const checkCopies = (file: CaseFile, message: Tracked): string[] => {
  const { id, sends, copies } = message
  if (copies.length < 2) return []
  if (message.isDeferred) {
    // Whoever makes deferred messages visible may do it again when it died before it noted that it had.
    const isTransaction = sends[0]!.transaction === true
    if (isTransaction) return []
    if (file.crashes.length === 0)
      return [`${copies[1]!.place}: ${id} is a second copy of a timed message, and nothing crashed`]
    file.figures.explainedCopies += copies.length - 1
    return []
  }
  const live = sends.filter((send) => !file.mustBeDeleted(send))
  const given = new Set(live.map(({ ackPlace }) => ackPlace))
  const sentences: string[] = []
  const open = new Map<string, number>()
  for (const { outcome, topic, queueId } of live) {
    const queue = placeOf(topic, queueId, 0)
    if (outcome === 'unknown') open.set(queue, (open.get(queue) ?? 0) + 1)
  }
  for (const { place, topic, queueId } of copies) {
    if (given.has(place)) continue
    const queue = placeOf(topic, queueId, 0)
    const left = open.get(queue) ?? 0
    if (left === 0)
      sentences.push(
        `${place}: a copy of ${id}, also at ${copies.find((copy) => copy.place !== place)!.place}, that no unknown send explains`
      )
    else open.set(queue, left - 1)
  }
  file.figures.explainedCopies += copies.length - 1 - sentences.length
  return sentences
}

const checkDeliveries = (
  file: CaseFile,
  group: string,
  place: string,
  all: Receive[]
): string[] => {
  const sentences: string[] = []
  for (const again of all.slice(1)) {
    const { topic, queueId, offset, time, startedAt = time } = again
    const possible = file.progress(group, topic, queueId).possibleAt(startedAt)
    const isAcked = file.consumerAcks.some(
      (ack) =>
        ack.time <= startedAt &&
        ack.group === group &&
        placeOf(ack.topic, ack.queueId, ack.offset) === place
    )
    const isExplained = possible.some((progress) => progress === undefined || progress <= offset)
    if (isAcked || !isExplained)
      sentences.push(`${place}: delivered to ${group} again after its acknowledgement had arrived`)
    else file.figures.explainedDeliveries++
  }
  return sentences
}

export const checkDuplicates = (file: CaseFile): string[] => {
  const deliveries = new Map<string, Receive[]>()
  for (const receive of file.receives) {
    const { group, topic, queueId, offset, id } = receive
    const key = JSON.stringify([group, placeOf(topic, queueId, offset), id])
    const known = deliveries.get(key)
    if (known) known.push(receive)
    else deliveries.set(key, [receive])
  }
  const sentences = [...file.tracked.values()].flatMap((message) => checkCopies(file, message))
  for (const all of deliveries.values()) {
    const { group, topic, queueId, offset } = all[0]!
    if (all.length > 1)
      sentences.push(...checkDeliveries(file, group, placeOf(topic, queueId, offset), all))
  }
  return sentences
}
