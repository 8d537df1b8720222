/** What writer and judge agree on: the store's shape, and a body that tells what it must be. */
import { crc32 } from 'node:zlib'
import { seededRandom } from '../../src/main/base/random'
import type { MessageStoreConfig, TopicRegistry } from '../../src/main/store/messageStore'
import { storeConfig } from '../../src/main/store/storeRig'

export const TOPICS = ['Order', 'order', '__proto__', 'a|b']
export const QUEUES = 3

export const registry: TopicRegistry = {
  resolve: (topic) => {
    const id = TOPICS.indexOf(topic)
    return id < 0 ? undefined : { id, sinceOffset: 0 }
  },
  has: (topic, id) => TOPICS[id] === topic
}

/** Small files, so that kills hit their making. */
export const config = (flushDiskType: MessageStoreConfig['flushDiskType']): MessageStoreConfig =>
  storeConfig({
    flushDiskType,
    flushIntervalCommitLog: 20,
    mappedFileSizeCommitLog: 1024 * 1024,
    mappedFileSizeConsumeQueue: 20_000
  })

export const limits = { checkpointIntervalMs: 40, hotTailBytes: 2 * 1024 * 1024 }

/** Body of message `sequence` of run `run`: its length and bytes follow from both. */
export const bodyOf = (run: number, sequence: number): Buffer => {
  const random = seededRandom(run * 1_000_003 + sequence)
  const kind = random.int(100)
  const size = kind === 0 ? 100_000 + random.int(100_000) : random.int(kind < 20 ? 4_000 : 300)
  const head = Buffer.from(`${run}:${sequence}:`)
  const fill = Buffer.alloc(16)
  fill.writeUInt32BE(random.int(2 ** 31))
  return Buffer.concat([head, Buffer.alloc(size, fill)])
}

export const bodyCrc = (body: Buffer): number => crc32(body)
