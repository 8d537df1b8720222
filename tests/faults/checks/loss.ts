/** 1. No loss: every acknowledged message is readable at the queue and offset it was given, with the same body. */
import type { CaseFile, Send, Tracked } from '../caseFile'
import { placeOf } from '../observation'

const isRetained = (file: CaseFile, { topic, queueId, ackPlace }: Send): boolean => {
  if (file.expectations.allowedLoss?.head !== true) return false
  const queue = file.queue(topic, queueId)
  if (queue === undefined) return false
  return Number(ackPlace?.slice(placeOf(topic, queueId, 0).length - 1)) < queue.minOffset
}

/** May this loss be? A sentence when the test allows none of its kind. */
const judgeLoss = (file: CaseFile, send: Send): string | undefined => {
  const { allowedLoss } = file.expectations
  const where = send.ackPlace!
  if (file.isDamaged(where) || isRetained(file, send)) return undefined
  if (allowedLoss?.acknowledgedAfter !== undefined) {
    if (send.ackTime! >= allowedLoss.acknowledgedAfter) return undefined
    return `${where}: ${send.id} was acknowledged before the moment losses may begin and is lost`
  }
  if (allowedLoss?.suffix === true) return undefined
  const instead = file.byPlace.get(where)?.id
  return `${where}: ${send.id} was acknowledged to ${send.client} and is lost${
    instead === undefined ? '' : `, ${instead} is there instead`
  }`
}

/** With `suffix`: nothing a producer sent behind its first lost message may be readable. */
const checkSuffix = (file: CaseFile, lost: readonly Send[]): string[] => {
  const first = new Map<string, Send>()
  for (const send of lost) {
    const known = first.get(send.client)
    if (known === undefined || send.at < known.at) first.set(send.client, send)
  }
  const sentences: string[] = []
  for (const { sends, copies, id } of file.tracked.values()) {
    const gone = first.get(sends[0]!.client)
    if (copies.length > 0 && gone !== undefined && sends[0]!.at > gone.at)
      sentences.push(
        `${copies[0]!.place}: ${id} is readable although ${gone.id}, sent before it, is lost`
      )
  }
  return sentences
}

const isThere = (file: CaseFile, { id, bodyHash }: Tracked, send: Send): boolean => {
  const copy = file.byPlace.get(send.ackPlace!)
  return copy?.id === id && copy.bodyHash === bodyHash
}

const checkReceived = (file: CaseFile): string[] => {
  const { allowedLoss } = file.expectations
  const mayBeReplaced = allowedLoss?.suffix === true || allowedLoss?.acknowledgedAfter !== undefined
  if (mayBeReplaced) return []
  return file.receives.flatMap(({ topic, queueId, offset, id, group }) => {
    const queue = file.queue(topic, queueId)
    if (queue === undefined || file.wasEverDeleted(topic)) return []
    const place = placeOf(topic, queueId, offset)
    if (offset < queue.minOffset && allowedLoss?.head === true) return []
    if (file.byPlace.get(place)?.id === id || file.isDamaged(place)) return []
    return [`${place}: ${id} was delivered to ${group} and is no longer there`]
  })
}

export const checkLoss = (file: CaseFile): string[] => {
  const sentences: string[] = []
  const lost: Send[] = []
  for (const message of file.tracked.values()) {
    if (message.isDeferred) continue
    for (const send of message.sends) {
      if (send.outcome !== 'ack' || file.mayBeDeleted(send) || isThere(file, message, send))
        continue
      const copy = file.byPlace.get(send.ackPlace!)
      if (copy?.id === send.id) {
        sentences.push(`${copy.place}: ${send.id} was acknowledged and its body is altered`)
        continue
      }
      const sentence = judgeLoss(file, send)
      if (sentence !== undefined) sentences.push(sentence)
      else {
        file.figures.allowedLosses++
        if (!file.isDamaged(send.ackPlace!) && !isRetained(file, send)) lost.push(send)
      }
    }
  }
  if (file.expectations.allowedLoss?.suffix === true) sentences.push(...checkSuffix(file, lost))
  return [...sentences, ...checkReceived(file)]
}
