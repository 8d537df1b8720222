/** 7. Timed messages: never early by more than one tick, late by no more than the stated bound. */
import type { CaseFile, Tracked } from '../caseFile'
import { placeOf } from '../observation'

const judgeOne = (file: CaseFile, message: Tracked, deliverAt: number): string[] => {
  const { tickMs, lateMs = Infinity } = file.expectations.timed ?? { tickMs: 0 }
  const { id, sends, copies } = message
  const sentences: string[] = []
  const judgeTime = (place: string, time: number): void => {
    if (time < deliverAt - tickMs)
      sentences.push(`${place}: ${id} came ${deliverAt - time} ms early`)
    if (time > deliverAt + lateMs)
      sentences.push(`${place}: ${id} came ${time - deliverAt} ms late`)
  }
  for (const { place, storeTimestamp } of copies) judgeTime(place, storeTimestamp)
  for (const { topic, queueId, offset, wallTime, ...receive } of file.receives)
    if (receive.id === id && wallTime !== undefined && wallTime < deliverAt - tickMs)
      judgeTime(placeOf(topic, queueId, offset), wallTime)
  const { wallTime = -Infinity } = file.observation
  const isDue = sends.some(({ outcome }) => outcome === 'ack') && wallTime > deliverAt + lateMs
  if (isDue && copies.length === 0 && !sends.some((send) => file.mayBeDeleted(send)))
    sentences.push(`${sends[0]!.topic}@${sends[0]!.queueId}: the timed message ${id} never came`)
  return sentences
}

export const checkTimed = (file: CaseFile): string[] =>
  [...file.tracked.values()].flatMap((message) => {
    const { deliverAt } = message.sends[0]!
    return deliverAt === undefined ? [] : judgeOne(file, message, deliverAt)
  })
