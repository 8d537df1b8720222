/**
 * 3. Order: the offsets of a queue have no holes and no repeats, and what one producer sent to a queue lies there in the
 * order it was sent. Half and timed messages are stored when they become visible, so their sending says nothing.
 */
import type { CaseFile, Copy, Send } from '../caseFile'
import { placeOf, type ObservedQueue } from '../observation'

const checkDense = (file: CaseFile, queue: ObservedQueue): string[] => {
  const { topic, queueId, minOffset, maxOffset, messages } = queue
  const sentences: string[] = []
  const gap = (from: number, to: number): void => {
    for (let offset = from; offset < to; offset++) {
      const place = placeOf(topic, queueId, offset)
      if (file.isDamaged(place)) continue
      sentences.push(`${place}: a hole, the queue goes from ${minOffset} to ${maxOffset}`)
      return
    }
  }
  const mayLackHead = file.hasFailedDeletion(topic)
  if (minOffset > 0 && !mayLackHead && file.expectations.allowedLoss?.head !== true)
    sentences.push(`${topic}@${queueId}: begins at ${minOffset} although nothing may be removed`)
  let next = minOffset
  if (mayLackHead) next = messages[0]?.offset ?? maxOffset
  for (const { offset } of messages) {
    if (offset < next)
      sentences.push(`${placeOf(topic, queueId, offset)}: a repeated offset, ${next} was due`)
    else gap(next, offset)
    next = Math.max(next, offset + 1)
  }
  if (next > maxOffset)
    sentences.push(`${topic}@${queueId}: readable up to ${next}, beyond its end ${maxOffset}`)
  gap(next, maxOffset)
  return sentences
}

/** Which send stored this copy: the one that was given its place, else the earliest one without an answer that fits. */
const sendOf = (
  file: CaseFile,
  copy: Copy,
  after: (client: string) => number
): Send | undefined => {
  const sends = file.tracked
    .get(copy.id ?? '')
    ?.sends.filter(
      (send) =>
        send.topic === copy.topic &&
        send.queueId === copy.queueId &&
        send.outcome !== 'fail' &&
        !file.mustBeDeleted(send)
    )
  if (sends === undefined) return undefined
  const bound = sends.findLast(({ ackPlace }) => ackPlace === copy.place)
  if (bound !== undefined) return bound
  const open = sends.filter(({ ackPlace }) => ackPlace === undefined)
  return open.find(({ at, client }) => at > after(client)) ?? open[0]
}

const checkProducers = (file: CaseFile, { topic, queueId, messages }: ObservedQueue): string[] => {
  const sentences: string[] = []
  const newest = new Map<string, Send>()
  const after = (client: string): number => newest.get(client)?.at ?? -1
  for (const { offset } of messages) {
    const copy = file.byPlace.get(placeOf(topic, queueId, offset))
    if (copy === undefined || file.tracked.get(copy.id ?? '')?.isDeferred !== false) continue
    const send = sendOf(file, copy, after)
    if (send === undefined) continue
    if (send.outcome !== 'ack' && file.expectations.order === 'acknowledged') continue
    const before = newest.get(send.client)
    if (before !== undefined && before.at >= send.at)
      sentences.push(
        `${copy.place}: ${send.id} lies behind ${before.id}, which ${send.client} sent after it`
      )
    else newest.set(send.client, send)
  }
  return sentences
}

export const checkOrder = (file: CaseFile): string[] =>
  file.observation.queues.flatMap((queue) => [
    ...checkDense(file, queue),
    ...checkProducers(file, queue)
  ])
