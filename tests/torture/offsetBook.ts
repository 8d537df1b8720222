/** The offsets one group committed over its lives, and what may be there after each. */
import { consumerOffsetKey, type BrokerMeta } from '../../src/main/meta/brokerMeta'

const GROUP = 'G'

interface Entry {
  acknowledged: number
  /** Asked for since, and not answered. */
  pending: number[]
}

export class OffsetBook {
  private readonly entries = new Map<string, Entry>()

  /** What was wrong with it; a power cut is nothing wrong. */
  async commit(
    meta: BrokerMeta,
    topic: string,
    value: number,
    isCut: () => boolean
  ): Promise<string | undefined> {
    const key = consumerOffsetKey(topic, GROUP)
    const entry = this.entries.get(key) ?? { acknowledged: -1, pending: [] }
    this.entries.set(key, entry)
    entry.pending.push(value)
    const doc = { group: GROUP, topic, offsets: [[0, value] as [number, number]] }
    try {
      await meta.consumerOffsets.put(key, doc)
      if (!isCut()) Object.assign(entry, { acknowledged: value, pending: [] })
    } catch (error) {
      if (!isCut()) return `offsets of ${topic}: ${String(error)}`
    }
    return undefined
  }

  /** Offsets that are neither what was acknowledged nor what was asked for; what is there counts from now on. */
  judge(meta: BrokerMeta): string[] {
    const violations: string[] = []
    for (const [key, entry] of this.entries) {
      const kept = meta.consumerOffsets.get(key)?.offsets[0]?.[1] ?? -1
      if (kept !== entry.acknowledged && !entry.pending.includes(kept))
        violations.push(`${key}: offset ${kept}, acknowledged was ${entry.acknowledged}`)
      Object.assign(entry, { acknowledged: kept, pending: [] })
    }
    return violations
  }
}
