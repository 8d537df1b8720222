/** `--only search`: the first results of the console's search over a million messages, asked as the window asks. */
import { performance } from 'node:perf_hooks'
import type { SearchDraftInput } from '../src/shared/messageDrafts'
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { systemRandom } from '../src/main/base/random'
import { DefaultMQProducer } from '../src/main/client/defaultMQProducer'
import { MQClientInstance } from '../src/main/client/mqClientInstance'
import { ConsoleSocket } from '../tests/cluster/headless/consoleSocket'
import { median } from './histogram'
import { startHeadless, type Headless } from './processes'
import { needRoom } from './storeBroker'
import { ROOMY, verdict } from './storePlan'
import { printTable } from './table'
import { createTopic } from './topic'

interface Plan {
  rounds: number
  isQuick: boolean
  queues: number
}

const TOPIC = 'BenchSearch'
const GOAL_MS = 300
/** Results of the first screen. */
const FIRST = 20
const BATCH = 250
const BODY_CHARS = 256
/** One of so many messages has the tag, and the words in its body. */
const RARITY = 1000
const GIGABYTES = 2

const fill = async ({ namesrv }: Headless, messages: number, queues: number): Promise<void> => {
  const client = new MQClientInstance({
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    namesrvAddresses: () => [namesrv]
  })
  const producer = new DefaultMQProducer(client, 'PG_bench')
  const lane = async (queueId: number): Promise<void> => {
    const queue = { brokerName: 'broker-a', queueId }
    for (let sent = queueId * BATCH; sent < messages; sent += queues * BATCH) {
      const batch = Array.from({ length: BATCH }, (_, i) => {
        const isRare = (sent + i) % RARITY === 0
        const body = Buffer.from(`${isRare ? 'needle ' : ''}message ${sent + i}`.padEnd(BODY_CHARS, '.')) // prettier-ignore
        return { topic: TOPIC, body, tags: isRare ? 'rare' : 'common' }
      })
      await producer.sendBatch(batch, { queue, timeoutMs: 30_000 })
    }
  }
  await Promise.all(Array.from({ length: queues }, (_, queueId) => lane(queueId)))
  client.close()
}

/** From the click to the rows of the first screen, in milliseconds. */
const firstResults = async (window: ConsoleSocket, draft: SearchDraftInput): Promise<number> => {
  const from = performance.now()
  let view = await window.call('message.search', draft)
  const { searchId } = view
  while (!view.isDone && view.matched < FIRST)
    view = await window.call('message.searchNext', { searchId })
  const { messages } = await window.call('message.searchPage', { searchId, from: 0, limit: FIRST })
  if (messages.filter((message) => message !== null).length !== FIRST)
    throw new Error(`${JSON.stringify(draft)} found ${messages.length} messages, not ${FIRST}`)
  return performance.now() - from
}

/** To the end of the range, in messages per second. */
const wholeRate = async (window: ConsoleSocket, messages: number): Promise<number> => {
  const from = performance.now()
  let view = await window.call('message.search', { topic: TOPIC, bodyText: 'no such words' })
  while (!view.isDone) view = await window.call('message.searchNext', { searchId: view.searchId })
  if (view.scanned !== messages) throw new Error(`${view.scanned} of ${messages} were scanned`)
  return messages / ((performance.now() - from) / 1000)
}

export const benchSearch = async ({ rounds, isQuick, queues }: Plan): Promise<void> => {
  needRoom(GIGABYTES)
  const messages = isQuick ? 100_000 : 1_000_000
  const headless = await startHeadless(...ROOMY)
  await createTopic(headless.brokerPort, TOPIC, queues)
  const began = Date.now()
  await fill(headless, messages, queues)
  const middle = Math.floor((began + Date.now()) / 2)
  const window = await ConsoleSocket.open(headless.console)
  const drafts: [string, SearchDraftInput][] = [
    ['a range of time in the middle', { topic: TOPIC, begin: middle - 1000, end: middle + 1000 }],
    [`a tag, one of ${RARITY}`, { topic: TOPIC, tag: 'rare' }],
    [`words of the body, one of ${RARITY}`, { topic: TOPIC, bodyText: 'needle' }],
    [`the same as a regular expression`, { topic: TOPIC, bodyRegex: '^needle \\w+' }]
  ]
  const rows: string[][] = []
  for (const [name, draft] of drafts) {
    const taken: number[] = []
    for (let round = 0; round < rounds * 3; round++) taken.push(await firstResults(window, draft))
    const half = median(taken)
    rows.push([name, half.toFixed(0), Math.max(...taken).toFixed(0), `≤ ${GOAL_MS}`, verdict(half <= GOAL_MS)]) // prettier-ignore
  }
  const rate = await wholeRate(window, messages)
  rows.push(['all of it, for words nobody wrote', `${Math.round(rate).toLocaleString('en-US')}/s`, '', '', '']) // prettier-ignore
  printTable(
    `Search over ${messages.toLocaleString('en-US')} messages of ${BODY_CHARS} B in ${queues} queues, newest first: to the first ${FIRST} rows`,
    ['search', 'median ms', 'worst ms', 'goal', ''],
    rows
  )
  window.socket.close()
  await headless.stop()
}
