/** How punctually delayed messages reach a waiting consumer, and what many that are far away cost an idle broker. */
import { silentLog } from '../src/main/base/log'
import { systemClock } from '../src/main/base/clock'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { PullMessageRequestHeader, PullMessageResponseHeader, PullSysFlag } from '../src/main/protocol/headers/consume' // prettier-ignore
import { SendMessageRequestHeaderV2 } from '../src/main/protocol/headers/send'
import { decodeMessages } from '../src/main/protocol/message/messageCodec'
import { formatProperties } from '../src/main/protocol/message/properties'
import { RemotingClient } from '../src/main/remoting/client'
import { cpuBetween, cpuSample } from './procfs'
import { drive, startHeadless } from './processes'
import { createTopic } from './topic'

const TOPIC = 'BenchPunctual'
/** Goal of a quiet machine. */
const LATE_MS = 100

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Plan {
  messages: number
  /** Every message is due within so long. */
  spreadMs: number
}

/** Lateness in milliseconds of every message at a consumer that waits for it. */
const arrivals = async (
  client: RemotingClient,
  address: string,
  count: number
): Promise<number[]> => {
  const late: number[] = []
  let offset = 0
  while (late.length < count) {
    const extFields = PullMessageRequestHeader.encode({
      ...{ consumerGroup: 'bench_punctual', topic: TOPIC, queueId: 0, queueOffset: offset },
      ...{ maxMsgNums: 32, sysFlag: PullSysFlag.SUSPEND | PullSysFlag.SUBSCRIPTION },
      ...{ commitOffset: 0, suspendTimeoutMillis: 15_000, subscription: '*', subVersion: 0 },
      expressionType: undefined
    })
    const answer = await client.call(address, { code: RequestCode.PULL_MESSAGE, extFields }, 30_000)
    const now = Date.now()
    const header = PullMessageResponseHeader.decode(answer.extFields)
    offset = header.nextBeginOffset
    if (answer.code !== 0 || !answer.body) continue
    for (const message of decodeMessages(answer.body)) late.push(now - Number(message.body))
  }
  return late
}

/** Rows: kind, messages, early, median, p99 and worst lateness. */
export const punctuality = async ({ messages, spreadMs }: Plan): Promise<string[][]> => {
  const kinds = [
    {
      name: 'timer, TIMER_DELIVER_MS',
      at: (i: number) => Date.now() + 2_000 + Math.round((i * spreadMs) / messages),
      properties: (due: number) => formatProperties([['TIMER_DELIVER_MS', String(due)]])
    },
    {
      name: 'delay level of 2 s',
      at: () => Date.now() + 2_000,
      properties: () => formatProperties([['DELAY', '1']])
    }
  ]
  const rows: string[][] = []
  for (const { name, at, properties } of kinds) {
    const headless = await startHeadless('--set', 'messageDelayLevel=2s')
    const address = `127.0.0.1:${headless.brokerPort}`
    const client = new RemotingClient({ clock: systemClock, log: silentLog })
    await createTopic(headless.brokerPort, TOPIC, 1)
    const consumed = arrivals(client, address, messages)
    for (let i = 0; i < messages; i++) {
      const due = at(i)
      const extFields = SendMessageRequestHeaderV2.encode({
        ...{ producerGroup: 'bench_producer', topic: TOPIC, defaultTopic: 'TBW102' },
        ...{ defaultTopicQueueNums: 4, queueId: 0, sysFlag: 0, bornTimestamp: Date.now(), flag: 0 },
        ...{ properties: properties(due), reconsumeTimes: 0, unitMode: false, batch: false },
        bname: 'broker-a'
      })
      const body = Buffer.from(String(due))
      const answer = await client.call(
        address,
        { code: RequestCode.SEND_MESSAGE_V2, extFields, body },
        5_000
      )
      if (answer.code !== 0) throw new Error(`a send was refused: ${answer.remark}`)
      // The level's are sent over the same time as the timers are due.
      if (name.startsWith('delay')) await pause(spreadMs / messages)
    }
    const late = (await consumed).sort((a, b) => a - b)
    client.close()
    await headless.stop()
    const quantile = (share: number): number => late[Math.ceil(late.length * share) - 1] ?? NaN
    const worst = late.at(-1) ?? NaN
    const early = late.filter((ms) => ms < 0).length
    rows.push([
      name,
      String(late.length),
      String(early),
      `${quantile(0.5)} ms`,
      `${quantile(0.99)} ms`,
      `${worst} ms`,
      early === 0 && worst <= LATE_MS ? 'reached' : '**missed**'
    ])
  }
  return rows
}

export const punctualityColumns = ['kind', 'messages', 'early', 'late, median', 'p99', 'worst', 'goal'] // prettier-ignore

interface IdlePlan {
  pending: number
  rounds: number
  seconds: number
}

const TWO_DAYS_MS = 2 * 86_400_000

/** Rows: who, messages, CPU of each window. Both brokers idle at the same time, so that they see the same machine. */
export const idleCost = async ({ pending, rounds, seconds }: IdlePlan): Promise<string[][]> => {
  const kinds = [
    { name: 'stored, none pending', properties: '' },
    {
      name: 'pending, due in two days',
      properties: formatProperties([['TIMER_DELIVER_MS', String(Date.now() + TWO_DAYS_MS)]])
    }
  ]
  const brokers: Awaited<ReturnType<typeof startHeadless>>[] = []
  const stored: number[] = []
  for (const { properties } of kinds) {
    const headless = await startHeadless()
    brokers.push(headless)
    await createTopic(headless.brokerPort, TOPIC, 8)
    const job = { port: headless.brokerPort, topic: TOPIC, queues: 8, connections: 1 }
    let done = 0
    while (done < pending)
      done += (await drive({ ...job, kind: 'send', inFlight: 32, bodyBytes: 100, warmupSeconds: 0, seconds: 1, properties })).done // prettier-ignore
    stored.push(done)
  }
  // Checkpoints and collections of what the sends left behind.
  await pause(15_000)
  const pids = brokers.map(({ pid }) => pid)
  const windows: number[][] = pids.map(() => [])
  for (let round = 0; round < rounds; round++) {
    const before = cpuSample(pids)
    await pause(seconds * 1000)
    const spent = cpuBetween(before, cpuSample(pids))
    for (const [i, pid] of pids.entries()) windows[i]!.push((spent.micros[pid] ?? 0) / 1000)
  }
  for (const broker of brokers) await broker.stop()
  return kinds.map(({ name }, i) => [
    name,
    stored[i]!.toLocaleString('en-US'),
    windows[i]!.map((ms) => `${(ms / seconds / 10).toFixed(2)} %`).join(' ')
  ])
}

export const idleColumns = ['broker', 'messages', 'CPU of one core, each window']
