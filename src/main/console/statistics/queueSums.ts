/** Offsets of queues, added up by broker: what answers for a broker counts by itself, so that another's silence is no loss. */

export type ByBroker = Map<string, number>

/** A queue counts once, with its largest offset, however many groups tell of it. */
export class QueueSums {
  private readonly queues = new Map<string, Map<string, number>>()

  add(brokerName: string, queueId: number, offset: number): void {
    let queues = this.queues.get(brokerName)
    if (!queues) this.queues.set(brokerName, (queues = new Map<string, number>()))
    const id = String(queueId)
    queues.set(id, Math.max(queues.get(id) ?? 0, offset))
  }

  byBroker(): ByBroker {
    return new Map(
      [...this.queues].map(([broker, queues]) => [
        broker,
        [...queues.values()].reduce((sum, offset) => sum + offset, 0)
      ])
    )
  }
}

interface Progress {
  brokerOffset: number
  consumerOffset: number
}

/** A queue the group committed nothing for has consumed nothing. */
export const lagOf = (offsets: readonly Progress[]): number =>
  offsets.reduce(
    (sum, { brokerOffset, consumerOffset }) =>
      sum + Math.max(0, brokerOffset - Math.max(0, consumerOffset)),
    0
  )

export const consumedByBroker = (
  offsets: readonly (Progress & { queue: { brokerName: string } })[]
): ByBroker => {
  const sums: ByBroker = new Map()
  for (const { queue, consumerOffset } of offsets)
    sums.set(queue.brokerName, (sums.get(queue.brokerName) ?? 0) + Math.max(0, consumerOffset))
  return sums
}
