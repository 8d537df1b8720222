/** Messages with a delay level or a timer, in and out, beside plain sends of the same run. */
import { formatProperties } from '../src/main/protocol/message/properties'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { RemotingClient } from '../src/main/remoting/client'
import { silentLog } from '../src/main/base/log'
import { systemClock } from '../src/main/base/clock'
import { median } from './histogram'
import type { JobResult } from './jobs'
import { drive, startHeadless } from './processes'
import { perSecond, times } from './table'
import { createTopic } from './topic'

interface Plan {
  rounds: number
  seconds: number
  queues: number
  bodyBytes: number
}

const TOPIC = 'BenchDelayed'
/** No message is delivered so long after the last send. */
const QUIET_MS = 500
const POLL_MS = 10

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Messages a second of what became due while the server stood still. */
const deliveryRate = async (port: number, pid: number, dueIn: number, queues: number) => {
  process.kill(pid, 'SIGSTOP')
  await pause(dueIn)
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  try {
    process.kill(pid, 'SIGCONT')
    const from = performance.now()
    let count = 0
    let lastAt = from
    while (count === 0 || performance.now() - lastAt < QUIET_MS) {
      await pause(POLL_MS)
      const offsets = await Promise.all(
        Array.from({ length: queues }, async (_, queueId) => {
          const extFields = { topic: TOPIC, queueId: String(queueId) }
          const request = { code: RequestCode.GET_MAX_OFFSET, extFields }
          const answer = await client.call(`127.0.0.1:${port}`, request, 30_000)
          return Number(answer.extFields['offset'])
        })
      )
      const sum = offsets.reduce((a, b) => a + b, 0)
      if (sum > count) lastAt = performance.now()
      count = sum
    }
    return (count * 1000) / (lastAt - from)
  } finally {
    client.close()
  }
}

/** Rows: kind, sends a second, beside plain, deliveries a second, beside plain sends, failed. */
export const delayedCost = async ({ rounds, seconds, queues, bodyBytes }: Plan) => {
  const dueMs = (seconds + 4) * 1000
  const kinds = [
    { name: 'plain', properties: () => undefined },
    { name: 'delay level', properties: () => formatProperties([['DELAY', '1']]) },
    {
      name: 'timer',
      properties: () => formatProperties([['TIMER_DELIVER_MS', String(Date.now() + dueMs)]])
    }
  ]
  const sent = kinds.map((): JobResult[] => [])
  const delivered = kinds.map((): number[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, { properties }] of kinds.entries()) {
      const headless = await startHeadless('--set', `messageDelayLevel=${dueMs / 1000}s`)
      const port = headless.brokerPort
      await createTopic(port, TOPIC, queues)
      const own = properties()
      const job = { port, topic: TOPIC, queues, connections: 1, inFlight: 32, bodyBytes }
      const load = { ...job, warmupSeconds: 1, seconds, ...(own !== undefined && { properties: own }) } // prettier-ignore
      sent[i]!.push(await drive({ ...load, kind: 'send' }))
      if (own !== undefined)
        delivered[i]!.push(await deliveryRate(port, headless.pid, dueMs, queues))
      await headless.stop()
    }
  const plain = median(sent[0]!.map((r) => r.rate))
  return kinds.map(({ name }, i) => {
    const rate = median(sent[i]!.map((r) => r.rate))
    const out = delivered[i]!.length > 0 ? median(delivered[i]!) : undefined
    return [
      name,
      perSecond(rate),
      times(rate / plain),
      out === undefined ? '' : perSecond(out),
      out === undefined ? '' : times(out / plain),
      String(sent[i]!.reduce((sum, r) => sum + r.failed, 0))
    ]
  })
}

export const delayedColumns = ['kind', 'sends/s', '× plain', 'delivered/s', '× plain sends', 'failed'] // prettier-ignore
