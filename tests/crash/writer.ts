/**
 * Appends until it is killed. Prints `ready`, then for each acknowledged message
 * `topic index, queueId, queueOffset, sequence, CRC-32 of the body`.
 * Arguments: folder, run, flushDiskType.
 */
import { systemClock } from '../../src/main/base/clock'
import { nodeDisk } from '../../src/main/base/disk'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import { message } from '../../src/main/store/storeRig'
import { bodyCrc, bodyOf, config, limits, QUEUES, registry, TOPICS } from './plan'

const IN_FLIGHT = 32
const MAX_BATCH = 5

const write = async (folder: string, run: number, flush: string): Promise<void> => {
  const store = await openMessageStore({
    ...{ disk: nodeDisk, clock: systemClock, log: silentLog, folder, registry, limits },
    config: config(flush === 'SYNC_FLUSH' ? 'SYNC_FLUSH' : 'ASYNC_FLUSH'),
    onReport: () => undefined
  })
  process.stdout.write('ready\n')
  const random = seededRandom(run)
  let sequence = 0
  const producer = async (): Promise<void> => {
    for (;;) {
      const topic = random.int(TOPICS.length)
      const queueId = random.int(QUEUES)
      const first = sequence
      const count = random.int(10) === 0 ? 1 + random.int(MAX_BATCH) : 1
      sequence += count
      const bodies = Array.from({ length: count }, (_, i) => bodyOf(run, first + i))
      const messages = bodies.map((body) => message(TOPICS[topic]!, body, { queueId }))
      const result =
        count === 1 ? await store.putMessage(messages[0]!) : await store.putMessages(messages)
      if (result.status !== 'PUT_OK') throw new Error(JSON.stringify(result))
      const lines = bodies.map((body, i) =>
        [topic, queueId, result.queueOffset + i, first + i, bodyCrc(body)].join(' ')
      )
      process.stdout.write(`${lines.join('\n')}\n`)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, producer))
}

const [folder = '', run = '0', flush = 'ASYNC_FLUSH'] = process.argv.slice(2)
void write(folder, Number(run), flush)
