/** GET_BROKER_CONSUME_STATS (317): every group of a broker. Java: ConsumeStatsList. */
import { readConsumeStats, type OffsetWrapper } from './admin'
import { asObject, objectsOf, type Json } from './read'

export interface GroupOffsets {
  group: string
  offsets: OffsetWrapper[]
}

/** A group has one ConsumeStats a topic. */
export const readBrokerConsumeStats = (body: Json): GroupOffsets[] =>
  objectsOf(body.consumeStatsList).flatMap((entry) =>
    Object.entries(asObject(entry) ?? {}).map(([group, list]) => ({
      group,
      offsets: objectsOf(list).flatMap((stats) => readConsumeStats(stats).offsets)
    }))
  )
