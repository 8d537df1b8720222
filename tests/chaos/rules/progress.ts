/** Who still has to get what, kept while journals grow. */
import type { Row } from './journal'

interface Acked {
  id: string
  time: number
}

/** A group and the topics (without their broker) it consumes. */
export interface GroupPlan {
  name: string
  topics: readonly string[]
}

const topicOf = (place: string): string => place.slice(place.indexOf('/') + 1)

export class DeliveryProgress {
  acknowledged = 0
  received = 0
  private readonly groups: {
    plan: GroupPlan
    got: Set<string>
    missing: Map<string, Acked>
  }[]
  /** Of attempts without an outcome: where they went. */
  private readonly places = new Map<string, string>()

  constructor(plans: readonly GroupPlan[]) {
    this.groups = plans.map((plan) => ({ plan, got: new Set(), missing: new Map() }))
  }

  add(row: Row): void {
    if (row.kind === 'attempt') this.places.set(row.id, topicOf(row.topic))
    else if (row.kind === 'ack') this.acked(row.id, row.time)
    else if (row.kind === 'receive') this.got(row.group, row.id)
  }

  /** Acknowledged until `time` and not yet given to each group of its topic. */
  missing(time = Infinity): { group: string; ids: string[] }[] {
    return this.groups.flatMap(({ plan, missing }) => {
      const due = [...missing.values()].filter((acked) => acked.time <= time)
      return due.length === 0 ? [] : [{ group: plan.name, ids: due.map(({ id }) => id) }]
    })
  }

  private acked(id: string, time: number): void {
    this.acknowledged++
    const topic = this.places.get(id)
    if (topic === undefined) throw new Error(`${id} was acknowledged and never sent`)
    for (const { plan, got, missing } of this.groups)
      if (plan.topics.includes(topic) && !got.has(id) && !missing.has(id))
        missing.set(id, { id, time })
  }

  private got(group: string, id: string): void {
    this.received++
    const of = this.groups.find(({ plan }) => plan.name === group)
    of?.got.add(id)
    of?.missing.delete(id)
  }
}
