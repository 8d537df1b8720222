/**
 * A fixed script over a store and its metadata, run under strace, which kills it or fails a system call. It writes what
 * it was told to standard output, one JSON event a line and synchronously, so that the line outlives a kill. Small files
 * let it meet every border. Argument: folder. Ends with 0, or with 3 and one sentence when something would not open.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { ManualClock } from '../../src/main/base/clock'
import { nodeDisk } from '../../src/main/base/disk'
import { silentLog } from '../../src/main/base/log'
import { ConsumerOffsetManager } from '../../src/main/broker/consumerOffsetManager'
import { plainTopicConfig, TopicTable } from '../../src/main/broker/topicTable'
import { openBrokerMeta, type BrokerMeta } from '../../src/main/meta/brokerMeta'
import type { MessageStore } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import { storeConfig, type ConfigDraft } from '../../src/main/store/storeRig'
import { History } from '../faults/history'
import { StoreClient, type SendDraft } from '../faults/storeClient'
import { DOOMED, scriptConfig, scriptLimits } from './straceScript'

const folder = process.argv[2] ?? ''

/** Tells each event as it happens. */
class ToldHistory extends History {
  override record(event: Parameters<History['record']>[0]): void {
    super.record(event)
    fs.writeSync(1, `${JSON.stringify(this.events.at(-1))}\n`)
  }
}

let time = 0
const history = new ToldHistory(() => time++)
const clock = new ManualClock()

class Opened {
  private constructor(
    readonly meta: BrokerMeta,
    readonly table: TopicTable,
    readonly store: MessageStore,
    readonly config: ConfigDraft
  ) {}

  static async open(): Promise<Opened> {
    const deps = { disk: nodeDisk, clock, log: silentLog, onReport: () => undefined }
    const config = storeConfig(scriptConfig)
    const meta = await openBrokerMeta({ ...deps, folder: join(folder, 'meta') })
    const table = new TopicTable({ meta, onAdopted: () => undefined })
    await table.finishDeletions()
    const store = await openMessageStore({
      ...{ ...deps, folder: join(folder, 'store'), config, registry: table, limits: scriptLimits }
    })
    await table.endRecovery(() => store.endOfLog(), store.stats.minPhysicalOffset)
    return new Opened(meta, table, store, config)
  }

  async close(): Promise<void> {
    await this.store.close()
    await this.meta.close()
  }
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A failed step is what the test wants; the script goes on with the next, as a broker would. */
const attempt = async (step: () => Promise<unknown>): Promise<void> => {
  try {
    await step()
  } catch {
    // What was not acknowledged is unknown to the judge.
  }
}

const sequence = new Map<string, number>()
const drafts = (topic: string, queueId: number, count: number, bytes: number): SendDraft[] =>
  Array.from({ length: count }, () => {
    const n = sequence.get(topic) ?? 0
    sequence.set(topic, n + 1)
    const id = `${topic}-${n}`
    return { topic, queueId, id, keys: [`k${n % 7}`], fill: Buffer.alloc(bytes, id) }
  })

const work = async (opened: Opened, run: number): Promise<void> => {
  const { store, config, table, meta } = opened
  const client = new StoreClient(store, history, 'p')
  const one = async (topic: string, queueId: number, bytes = 40): Promise<void> => {
    await client.send(drafts(topic, queueId, 1, bytes)[0]!)
  }
  /** Its files are written in the background: let them be. */
  const checkpoint = async (): Promise<void> => {
    clock.advance(scriptLimits.checkpointIntervalMs)
    await turns(40)
  }
  const make = (topic: string): Promise<void> =>
    attempt(() => table.put(plainTopicConfig(topic, 2)))

  for (const topic of ['Order', 'a|b', DOOMED]) await make(topic)
  for (let i = 0; i < 4; i++) for (const queueId of [0, 1]) await one('Order', queueId)
  await client.sendBatch(`batch-${run}-0`, drafts('a|b', 0, 5, 30))
  await Promise.all(drafts('Order', 1, 8, 100).map((draft) => client.send(draft)))
  await checkpoint()
  // Fills a consume queue file and begins the next.
  for (let i = 0; i < 3; i++)
    await Promise.all(drafts('Order', 0, 8, 20).map((draft) => client.send(draft)))
  // Fills a segment and begins the next, in the middle of a batch.
  for (let i = 0; i < 3; i++) await one('a|b', 1, 1_500)
  await client.sendBatch(`batch-${run}-1`, drafts('a|b', 1, 4, 900))
  await checkpoint()
  for (let i = 0; i < 2; i++) await one(DOOMED, i)
  const told = { client: 'admin', topic: DOOMED }
  history.record({ kind: 'delete-topic', ...told })
  await attempt(async () => {
    await table.remove(DOOMED)
    store.deleteTopic(DOOMED)
    history.record({ kind: 'topic-deleted', ...told })
  })
  await make(DOOMED)
  for (let i = 0; i < 2; i++) await one(DOOMED, i)
  config.flushDiskType = 'ASYNC_FLUSH'
  for (let i = 0; i < 4; i++) await one('Order', i % 2, 300)
  clock.advance(config.flushIntervalCommitLog)
  await turns(10)
  await Promise.all(drafts('a|b', 0, 6, 700).map((draft) => client.send(draft)))
  const offsets = new ConsumerOffsetManager({
    ...{ clock, log: silentLog, meta },
    config: { flushConsumerOffsetInterval: 5_000 }
  })
  for (const offset of [1, 2]) {
    const commit = { client: 'c', group: 'g', topic: 'Order', queueId: 0, offset }
    if (store.getMaxOffsetInQueue('Order', 0) < offset) break
    history.record({ kind: 'commit', ...commit })
    offsets.commit('g', 'Order', 0, offset)
    await attempt(async () => {
      await offsets.flush()
      history.record({ kind: 'committed', ...commit })
    })
  }
  await checkpoint()
}

const main = async (): Promise<void> => {
  // strace counts from here on.
  fs.mkdirSync(folder, { recursive: true })
  for (let run = 0; run < 2; run++) {
    let opened: Opened
    try {
      opened = await Opened.open()
    } catch (error) {
      fs.writeSync(2, `would not open: ${error instanceof Error ? error.message : String(error)}\n`)
      process.exit(3)
    }
    await work(opened, run)
    await attempt(() => opened.close())
  }
}

main().catch((error: unknown) => {
  fs.writeSync(2, `${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
