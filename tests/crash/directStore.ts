/** Opens the store of a broker's folder without a broker, by the same steps as its start, and looks at it. */
import { join } from 'node:path'
import { systemClock } from '../../src/main/base/clock'
import { nodeDisk } from '../../src/main/base/disk'
import { silentLog } from '../../src/main/base/log'
import { TopicTable } from '../../src/main/broker/topicTable'
import { openBrokerMeta } from '../../src/main/meta/brokerMeta'
import type { MetaReport } from '../../src/main/meta/report'
import type { StoreLimits } from '../../src/main/store/limits'
import type { MessageStoreConfig, StoreReport } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import type { Observation, ObservedOffset } from '../faults/observation'
import { observeStore } from '../faults/observeStore'

export interface DirectOptions {
  folder: string
  config: MessageStoreConfig
  limits: Partial<StoreLimits>
  queues: readonly { topic: string; queueId: number }[]
  groups: readonly string[]
  lookUpEvery: number
}

export interface DirectLook {
  observation: Observation
  reports: readonly StoreReport[]
  metaReports: readonly MetaReport[]
  adopted: readonly string[]
}

export const lookDirectly = async (options: DirectOptions): Promise<DirectLook> => {
  const { folder, config, limits, queues, groups, lookUpEvery } = options
  const deps = { disk: nodeDisk, clock: systemClock, log: silentLog }
  const reports: StoreReport[] = []
  const metaReports: MetaReport[] = []
  const adopted: string[] = []
  const meta = await openBrokerMeta({
    ...{ ...deps, folder: join(folder, 'meta') },
    onReport: (report) => metaReports.push(report)
  })
  try {
    const table = new TopicTable({ meta, onAdopted: (topic) => adopted.push(topic) })
    await table.finishDeletions()
    const store = await openMessageStore({
      ...{ ...deps, folder: join(folder, 'store'), config, limits, registry: table },
      onReport: (report) => reports.push(report)
    })
    try {
      await table.endRecovery(() => store.endOfLog(), store.stats.minPhysicalOffset)
      const kept = new Map(
        [...meta.consumerOffsets.all()].flatMap(([, { group, topic, offsets }]) =>
          offsets.map(([queueId, offset]) => [JSON.stringify([group, topic, queueId]), offset])
        )
      )
      const committed = queues.flatMap(({ topic, queueId }) =>
        groups.map((group): ObservedOffset => {
          const offset = kept.get(JSON.stringify([group, topic, queueId]))
          return { group, topic, queueId, offset: offset }
        })
      )
      const topics = [...new Set(queues.map(({ topic }) => topic))]
      const observation = await observeStore(store, { topics, queues, committed, lookUpEvery })
      return { observation, reports, metaReports, adopted }
    } finally {
      await store.close()
    }
  } finally {
    await meta.close()
  }
}
