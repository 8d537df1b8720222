/** Says whether a store kept its promise: nothing acknowledged lost or altered, no gap, no phantom, no duplicate. */
import { decodeMessage } from '../../src/main/protocol/message/messageCodec'
import type { MessageStore } from '../../src/main/store/messageStore'
import { bodyCrc, bodyOf, QUEUES, TOPICS } from './plan'

export interface Acknowledged {
  topic: number
  queueId: number
  queueOffset: number
  run: number
  sequence: number
  crc: number
}

/** A line of the writer; undefined for a line the kill tore. */
export const parseAcknowledged = (line: string, run: number): Acknowledged | undefined => {
  const match = /^(\d+) (\d+) (\d+) (\d+) (\d+)$/.exec(line)
  if (!match) return undefined
  const [topic, queueId, queueOffset, sequence, crc] = match.slice(1).map(Number)
  return {
    topic: topic!,
    queueId: queueId!,
    queueOffset: queueOffset!,
    run,
    sequence: sequence!,
    crc: crc!
  }
}

const place = (topic: number, queueId: number, queueOffset: number): string =>
  `${TOPICS[topic]}@${queueId}#${queueOffset}`

/** Every violation in one sentence; empty when the promise was kept. */
export const judge = async (
  store: MessageStore,
  acknowledged: readonly Acknowledged[]
): Promise<{ violations: string[]; messages: number }> => {
  const violations: string[] = []
  const found = new Map<string, number>()
  const seen = new Set<string>()
  for (let topic = 0; topic < TOPICS.length; topic++)
    for (let queueId = 0; queueId < QUEUES; queueId++) {
      const max = store.getMaxOffsetInQueue(TOPICS[topic]!, queueId)
      const newest = new Map<number, number>()
      let next = 0
      for (let offset = 0; offset < max;) {
        const query = { topic: TOPICS[topic]!, queueId, offset, maxMsgNums: 32 }
        const result = await store.getMessage(query)
        result.messages.forEach((bytes, i) => {
          const { body, queueOffset } = decodeMessage(bytes)
          const at = place(topic, queueId, queueOffset)
          if (queueOffset !== next || result.queueOffsets[i] !== next)
            violations.push(`${at}: a gap or repetition, expected offset ${next}`)
          next = queueOffset + 1
          const [, run = '', sequence = ''] = /^(\d+):(\d+):/.exec(body.toString('latin1')) ?? []
          if (run === '' || !body.equals(bodyOf(Number(run), Number(sequence))))
            violations.push(`${at}: a body nobody sent`)
          if (seen.has(`${run}:${sequence}`)) violations.push(`${at}: a duplicate`)
          seen.add(`${run}:${sequence}`)
          if ((newest.get(Number(run)) ?? -1) >= Number(sequence))
            violations.push(`${at}: out of the order it was sent in`)
          newest.set(Number(run), Number(sequence))
          found.set(at, bodyCrc(body))
        })
        if (result.nextBeginOffset <= offset) {
          violations.push(`${place(topic, queueId, offset)}: the pull does not advance`)
          break
        }
        offset = result.nextBeginOffset
      }
      if (next !== max)
        violations.push(`${place(topic, queueId, max)}: readable up to ${next} only`)
    }
  for (const { topic, queueId, queueOffset, crc } of acknowledged) {
    const at = place(topic, queueId, queueOffset)
    const stored = found.get(at)
    if (stored === undefined) violations.push(`${at}: acknowledged and lost`)
    else if (stored !== crc) violations.push(`${at}: acknowledged and altered`)
  }
  return { violations, messages: found.size }
}
