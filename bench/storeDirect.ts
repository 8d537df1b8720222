/** The store itself, without a broker around it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { systemClock } from '../src/main/base/clock'
import { nodeDisk, type Disk } from '../src/main/base/disk'
import { silentLog } from '../src/main/base/log'
import { LiveBrokerConfig } from '../src/main/broker/brokerConfig'
import { hostAddress } from '../src/main/protocol/message/host'
import { decodeCheckpoint } from '../src/main/store/checkpoint'
import type { StoreLimits } from '../src/main/store/limits'
import type { MessageStore, TopicRegistry } from '../src/main/store/messageStore'
import { openMessageStore } from '../src/main/store/openMessageStore'
import type { CheckpointJob, CheckpointResult, DiskResult, StoreReadJob } from './storeJobs'

const open = (
  folder: string,
  registry: TopicRegistry,
  disk: Disk,
  limits: Partial<StoreLimits> = {}
): Promise<MessageStore> =>
  openMessageStore({
    ...{ folder, registry, disk, limits, clock: systemClock, log: silentLog },
    config: new LiveBrokerConfig({ gantryStoreQuota: String(2 ** 50) }).config,
    onReport: (report) => {
      throw new Error(`the store is not sound: ${JSON.stringify(report)}`)
    }
  })

/** The topics a clean stop left in the checkpoint. */
const savedTopics = (folder: string): TopicRegistry => {
  const checkpoint = decodeCheckpoint(readFileSync(join(folder, 'checkpoint')))
  if (checkpoint === 'damaged') throw new Error('the checkpoint is damaged')
  const ids = new Map(checkpoint.queues.map(({ topic, topicId }) => [topic, topicId]))
  return {
    resolve: (topic) => {
      const id = ids.get(topic)
      return id === undefined ? undefined : { id, sinceOffset: 0 }
    },
    has: (topic, id) => ids.get(topic) === id
  }
}

/** Pulls of 32 messages, one after another in each queue, all queues at a time: what the driver does over the wire. */
export const storeRead = async (job: StoreReadJob): Promise<DiskResult> => {
  const store = await open(job.folder, savedTopics(job.folder), nodeDisk)
  let messages = 0
  let bytes = 0
  const readQueue = async (queueId: number): Promise<void> => {
    for (let offset = store.getMinOffsetInQueue(job.topic, queueId); ;) {
      const result = await store.getMessage({ topic: job.topic, queueId, offset, maxMsgNums: 32 })
      if (result.messages.length === 0) return
      messages += result.messages.length
      bytes += result.bytes
      offset = result.nextBeginOffset
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: job.queues }, (_, queueId) => readQueue(queueId)))
  const seconds = (performance.now() - from) / 1000
  if (messages < job.messages) throw new Error(`only ${messages} of ${job.messages} were read`)
  await store.close()
  return { messages, megabytes: bytes / 1e6, seconds }
}

/** When the checkpoint under way was begun to be written. */
let openedAt = 0

const tellingDisk = (on: { queueWrite: () => void; checkpoint: (ms: number) => void }): Disk => ({
  ...nodeDisk,
  open: (path, flags) => {
    if (path.endsWith('checkpoint.tmp')) openedAt = performance.now()
    const file = nodeDisk.open(path, flags)
    if (!path.includes('consumequeue')) return file
    const writev = file.writev.bind(file)
    file.writev = (buffers, position) => {
      on.queueWrite()
      writev(buffers, position)
    }
    return file
  },
  rename: (from, to) => {
    nodeDisk.rename(from, to)
    if (to.endsWith('checkpoint')) on.checkpoint(performance.now() - openedAt)
  }
})

export const checkpoint = async (job: CheckpointJob): Promise<CheckpointResult[]> => {
  const ids = new Map<string, number>()
  const registry: TopicRegistry = {
    resolve: (topic) => {
      const id = ids.get(topic) ?? ids.size + 1
      ids.set(topic, id)
      return { id, sinceOffset: 0 }
    },
    has: (topic, id) => ids.get(topic) === id
  }
  // The store's own timers keep no process alive.
  const awake = setInterval(() => undefined, 1000)
  let firstWrite = 0
  let done: (result: { at: number; replaceMs: number }) => void = () => undefined
  const disk = tellingDisk({
    queueWrite: () => (firstWrite ||= performance.now()),
    checkpoint: (replaceMs) => done({ at: performance.now(), replaceMs })
  })
  const store = await open(job.folder, registry, disk, { checkpointIntervalMs: 1000 })
  const host = hostAddress('127.0.0.1', 1)
  const body = Buffer.alloc(1024, 'x')
  /** A message into every queue; gives the checkpoint that took them in. */
  const round = async (): Promise<CheckpointResult> => {
    const written = new Promise<{ at: number; replaceMs: number }>((resolve) => (done = resolve))
    const puts: Promise<unknown>[] = []
    for (let i = 0; i < job.topics * job.queues; i++)
      puts.push(
        store.putMessage({
          topic: `BenchQueues${String(i % job.topics).padStart(4, '0')}`,
          queueId: Math.floor(i / job.topics),
          ...{ flag: 0, sysFlag: 0, bornTimestamp: 0, bornHost: host, storeHost: host },
          ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, properties: '', tagsCode: 0, body }
        })
      )
    await Promise.all(puts)
    firstWrite = 0
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const { at, replaceMs } = await written
    // The turn that ends the checkpoint is counted too.
    await new Promise((resolve) => setTimeout(resolve, 20))
    delay.disable()
    return { checkpointMs: at - firstWrite, longestTurnMs: delay.max / 1e6, replaceMs }
  }
  // The first one creates every file.
  await round()
  const results: CheckpointResult[] = []
  while (results.length < job.rounds) results.push(await round())
  await store.close()
  clearInterval(awake)
  return results
}
