/** How small a world of power cuts is, what is kept of each send, and what many worlds came to. */
import { placeOf, type Observation } from '../faults/observation'

/** So small that every limit of the store is met. */
export const limits = {
  checkpointIntervalMs: 5_000,
  hotTailBytes: 2_048,
  arenaChunkBytes: 1_024,
  openFiles: 4,
  consumeQueuePages: 3,
  indexEntries: 24,
  indexLogBytes: 4_096
}

export interface Attempt {
  id: string
  topic: string
  /** Counts the topics of that name. */
  incarnation: number
  queueId: number
  body: Buffer
  state: 'unknown' | 'acknowledged' | 'failed' | 'gone'
  /** Known once acknowledged. */
  queueOffset: number
  physicalOffset: number
  /** Must be there from now on: acknowledged after a flush, or served by a start after a power cut. */
  isRequired: boolean
}

export interface Tally {
  acknowledged: number
  required: number
  cuts: number
  kills: number
  cutsDuringStart: number
  closes: number
  served: number
  lostUnflushed: number
  holes: number
  tails: number
  rebuilt: number
}

export const newTally = (): Tally => ({
  acknowledged: 0,
  required: 0,
  cuts: 0,
  kills: 0,
  cutsDuringStart: 0,
  closes: 0,
  served: 0,
  lostUnflushed: 0,
  holes: 0,
  tails: 0,
  rebuilt: 0
})

/** Places of a queue that hold nothing, but for those where something must be. */
export const holesOf = ({ queues }: Observation, judged: readonly Attempt[]): Set<string> => {
  const holes = new Set<string>()
  for (const { topic, queueId, minOffset, maxOffset, messages } of queues) {
    for (let offset = minOffset; offset < maxOffset; offset++)
      holes.add(placeOf(topic, queueId, offset))
    for (const { offset } of messages) holes.delete(placeOf(topic, queueId, offset))
  }
  for (const { topic, queueId, queueOffset, isRequired } of judged)
    if (isRequired) holes.delete(placeOf(topic, queueId, queueOffset))
  return holes
}
