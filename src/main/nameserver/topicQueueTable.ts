import type { QueueData } from '../protocol/bodies/route'
import type { TopicConfig } from '../protocol/bodies/topicConfig'

/** Topics one nameserver holds; a registration that would pass it is refused. */
export const MAX_TOPICS = 200_000

/** Which broker names serve which topic, and with how many queues. Java: RouteInfoManager.topicQueueTable. */
export class TopicQueueTable {
  private readonly table = new Map<string, Map<string, QueueData>>()

  get size(): number {
    return this.table.size
  }

  topics(): string[] {
    return [...this.table.keys()]
  }

  /** Queues of a topic, one entry per broker name; empty for an unknown topic. */
  queueDatas(topic: string): QueueData[] {
    return [...(this.table.get(topic)?.values() ?? [])]
  }

  has(topic: string, brokerName?: string): boolean {
    const byBroker = this.table.get(topic)
    return byBroker !== undefined && (brokerName === undefined || byBroker.has(brokerName))
  }

  put(topic: string, data: QueueData): void {
    let byBroker = this.table.get(topic)
    if (!byBroker) this.table.set(topic, (byBroker = new Map<string, QueueData>()))
    byBroker.set(data.brokerName, { ...data })
  }

  /** Without `brokerNames` from all of them; a topic nobody serves disappears. */
  deleteTopic(topic: string, brokerNames?: Iterable<string>): void {
    const byBroker = this.table.get(topic)
    if (!byBroker) return
    if (brokerNames === undefined) byBroker.clear()
    else for (const name of brokerNames) byBroker.delete(name)
    if (byBroker.size === 0) this.table.delete(topic)
  }

  removeBroker(brokerName: string): void {
    for (const topic of this.table.keys()) this.deleteTopic(topic, [brokerName])
  }

  topicsOfBroker(brokerName: string): string[] {
    return this.topics().filter((topic) => this.has(topic, brokerName))
  }

  /** Rewrites the permission of every topic of a broker; how many there are. */
  changePerm(brokerName: string, change: (perm: number) => number): number {
    let count = 0
    for (const byBroker of this.table.values()) {
      const data = byBroker.get(brokerName)
      if (!data) continue
      byBroker.set(brokerName, { ...data, perm: change(data.perm) })
      count++
    }
    return count
  }

  /** Topics whose sysFlag matches on any broker. */
  topicsWithSysFlag(matches: (topicSysFlag: number) => boolean): string[] {
    return this.topics().filter((topic) =>
      this.queueDatas(topic).some((data) => matches(data.topicSysFlag))
    )
  }
}

export const queueDataOf = (brokerName: string, config: TopicConfig): QueueData => ({
  brokerName,
  perm: config.perm,
  readQueueNums: config.readQueueNums,
  topicSysFlag: config.topicSysFlag,
  writeQueueNums: config.writeQueueNums
})
