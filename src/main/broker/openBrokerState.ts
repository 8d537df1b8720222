/** What a broker keeps on its disk, opened in the order in which each repairs itself from the other. */
import { join } from 'node:path'
import type { Closers } from '../base/closers'
import { openBrokerMeta, type BrokerMeta } from '../meta/brokerMeta'
import { ofMemory } from '../store/limits'
import type { MessageStore } from '../store/messageStore'
import { openMessageStore } from '../store/openMessageStore'
import { judgeStoreFormat } from '../store/storeFormat'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'
import type { BrokerOptions } from './runningBroker'
import { TopicConfigManager } from './topicConfigManager'
import { TopicTable } from './topicTable'

interface Parts extends Pick<
  BrokerOptions,
  'clock' | 'disk' | 'log' | 'folder' | 'onReport' | 'storeLimits' | 'controlled'
> {
  config: BrokerConfig
  identity: BrokerIdentity
  closers: Closers
}

export interface BrokerState {
  meta: BrokerMeta
  table: TopicTable
  topics: TopicConfigManager
  store: MessageStore
  /** Messages nearer than this to the log's end count as in memory. */
  accessMessageInMemoryBytes: number
}

/** @throws when the store is of a newer version, before a byte is written. */
export const openBrokerState = async (parts: Parts): Promise<BrokerState> => {
  const { clock, disk, log, folder, config, identity, closers } = parts
  const isSlave = identity.role === 'SLAVE'
  // Before the metadata is opened, which writes: a newer store is refused with not a byte changed.
  judgeStoreFormat(disk, join(folder, 'store'))
  disk.mkdirp(join(folder, 'store'))
  const meta = await openBrokerMeta({
    ...{ disk, clock, log: log.child('meta'), folder: join(folder, 'meta') },
    onReport: (report) => parts.onReport({ kind: 'meta', report })
  })
  closers.add(() => meta.close())
  const table = new TopicTable({
    meta,
    onAdopted: (topic, queueNums) => {
      log.warn(`the settings of ${topic} were lost; its messages brought it back with ${queueNums} queues`) // prettier-ignore
      parts.onReport({ kind: 'topic-adopted', topic, queueNums })
    },
    ...(isSlave && {
      // The nameservers need not hear of it: the master registers it.
      onArrived: () => topics.bump(),
      onNotKept: (topic: string, error: unknown) =>
        log.error(`the topic ${topic}, which the master’s log brought, was not kept`, error)
    })
  })
  await table.finishDeletions()
  const topics: TopicConfigManager = new TopicConfigManager({
    ...{ clock, log, config, identity, table, kv: meta.kv },
    masterEpoch: parts.controlled?.masterEpoch
  })
  await topics.createSystemTopics()
  const accessMessageInMemoryBytes =
    parts.storeLimits?.accessMessageInMemoryBytes ?? ofMemory(config.accessMessageInMemoryMaxRatio)
  const store = await openMessageStore({
    ...{ disk, clock, log: log.child('store'), folder: join(folder, 'store'), config },
    registry: table,
    role: isSlave ? 'SLAVE' : 'MASTER',
    onReport: (report) => parts.onReport({ kind: 'store', report }),
    limits: {
      hotTailBytes: config.gantryHotTailBytes,
      consumeQueuePages: config.gantryConsumeQueuePages,
      indexEntries: config.gantryIndexEntries,
      openFiles: config.gantryOpenFiles,
      ...parts.storeLimits,
      accessMessageInMemoryBytes
    }
  })
  closers.add(() => store.close())
  store.replica.truncated.on((end) => {
    table
      .cutBack(end)
      .catch((error: unknown) => log.error('where topics begin was not kept', error))
  })
  await table.endRecovery(() => store.endOfLog(), store.stats.minPhysicalOffset)
  return { meta, table, topics, store, accessMessageInMemoryBytes }
}
