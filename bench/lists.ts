/** How long the window waits for its longest lists: topics and groups over the console's own socket. */
import { performance } from 'node:perf_hooks'
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { updateConsumerOffset } from '../src/main/client/brokerCalls'
import { buildSubscriptionData } from '../src/main/protocol/bodies/heartbeat'
import { messageQueue } from '../src/main/protocol/bodies/messageQueue'
import { jsonBody } from '../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { RemotingClient } from '../src/main/remoting/client'
import { ConsoleSocket } from '../tests/cluster/headless/consoleSocket'
import { median } from './histogram'
import { startHeadless } from './processes'
import { createTopicWith } from './topic'

const TOPICS = 2000
const GROUPS = 500
const QUEUES = 4
const MEMBERS = 2
const TIMEOUT_MS = 10_000

export const listColumns = ['list', 'rows', 'first', 'median', 'worst', 'goal']

const topicOf = (i: number): string => `BenchList${i}`
const groupOf = (i: number): string => `GID_bench_list_${i}`

/** Every group online with two members, with offsets in one topic of its own. */
const fill = async (brokerPort: number, clients: readonly RemotingClient[]): Promise<void> => {
  const [client] = clients
  const address = `127.0.0.1:${brokerPort}`
  for (let i = 0; i < TOPICS; i++) await createTopicWith(client!, brokerPort, topicOf(i), QUEUES)
  const consumerDataSet = Array.from({ length: GROUPS }, (_, i) => ({
    groupName: groupOf(i),
    consumeType: 'CONSUME_PASSIVELY',
    messageModel: 'CLUSTERING',
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    subscriptionDataSet: [buildSubscriptionData(topicOf(i), '*', 1)],
    unitMode: false
  }))
  for (const [i, member] of clients.entries()) {
    const body = jsonBody({ clientID: `bench@${i}`, consumerDataSet, producerDataSet: [] })
    await member.call(address, { code: RequestCode.HEART_BEAT, body }, TIMEOUT_MS)
  }
  for (let i = 0; i < GROUPS; i++)
    for (let queueId = 0; queueId < QUEUES; queueId++) {
      const queue = messageQueue(topicOf(i), 'broker-a', queueId)
      await client!.call(address, updateConsumerOffset(groupOf(i), queue, 0), TIMEOUT_MS)
    }
}

export const listCost = async (rounds: number): Promise<string[][]> => {
  const headless = await startHeadless()
  const clients = Array.from(
    { length: MEMBERS },
    () => new RemotingClient({ clock: systemClock, log: silentLog })
  )
  await fill(headless.brokerPort, clients)
  const socket = await ConsoleSocket.open(headless.console)
  const rows: string[][] = []
  for (const [method, atLeast] of [
    ['topic.list', TOPICS],
    ['group.list', GROUPS]
  ] as const) {
    const took: number[] = []
    let count = 0
    for (let i = 0; i < rounds * 5; i++) {
      const from = performance.now()
      count = (await socket.call(method)).length
      took.push(performance.now() - from)
    }
    if (count < atLeast) throw new Error(`${method} has ${count} rows, ${atLeast} were made`)
    const ms = (value: number): string => `${value.toFixed(0)} ms`
    rows.push([method, String(count), ms(took[0]!), ms(median(took)), ms(Math.max(...took)), '≤ 200 ms']) // prettier-ignore
  }
  await socket.close()
  for (const client of clients) client.close()
  await headless.stop()
  return rows
}
