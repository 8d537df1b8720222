/** A million messages: memory while they come, and starts on top of them. */
import { median } from './histogram'
import { residentMegabytes } from './processes'
import { logBytes, pause, runJob, startBroker, tempFolder, type StoreBroker } from './storeBroker'
import type { LoadResult } from './storeJobs'
import {
  BODY_BYTES,
  LARGE_PREFIX,
  QUEUES,
  ROOMY,
  verdict,
  type Filled,
  type StorePlan
} from './storePlan'
import { perSecond, printTable } from './table'
import { createTopic } from './topic'

const GROWTH_MIB = 64
const CLEAN_MS = 1500
const KILLED_MS = 3000

const sendCount = (broker: StoreBroker, count: number): Promise<LoadResult> =>
  runJob<LoadResult>({
    ...{ kind: 'send', port: broker.brokerPort, prefix: LARGE_PREFIX, topics: 1, queues: QUEUES },
    ...{ connections: 1, inFlight: 32, bodyBytes: BODY_BYTES, warmupSeconds: 0, seconds: 0 },
    count
  })

let filling: Promise<Filled> | undefined

/** The large store; its folder goes with the process. */
export const fillOnce = (plan: StorePlan): Promise<Filled> => (filling ??= fill(plan))

const fill = async (plan: StorePlan): Promise<Filled> => {
  const { path: data } = tempFolder()
  const broker = await startBroker(data, ...ROOMY)
  await createTopic(broker.brokerPort, `${LARGE_PREFIX}0000`, QUEUES)
  const resident = (): number => residentMegabytes(broker.pid) ?? NaN
  await pause(plan.isQuick ? 1000 : 5000)
  const residentAtStart = resident()
  const { rate, failed } = await sendCount(broker, plan.messages)
  if (failed > 0) throw new Error(`${failed} sends were refused; the store is not filled`)
  const residentFull = resident()
  await pause(plan.isQuick ? 2000 : 10_000)
  const residentIdle = resident()
  await broker.stop()
  return { data, messages: plan.messages, rate, residentAtStart, residentFull, residentIdle }
}

export const storeMillion = async (plan: StorePlan): Promise<void> => {
  const filled = await plan.fill()
  const clean: number[] = []
  for (let i = 0; i < plan.rounds; i++) {
    const broker = await startBroker(filled.data, ...ROOMY)
    clean.push(broker.readyMs)
    await broker.stop()
  }
  const killed: number[] = []
  let broker = await startBroker(filled.data, ...ROOMY)
  for (let i = 0; i < plan.rounds; i++) {
    // Longer than from one checkpoint to the next, so that the kill falls anywhere between two.
    const count = (plan.isQuick ? 60_000 : 230_000) + i * 20_000
    await sendCount(broker, count)
    await broker.kill()
    filled.messages += count
    broker = await startBroker(filled.data, ...ROOMY)
    killed.push(broker.readyMs)
  }
  await broker.stop()

  const { residentAtStart: start, residentFull, residentIdle } = filled
  const growth = (now: number): string => `${(now - start).toFixed(0)} MiB (${start.toFixed(0)} → ${now.toFixed(0)})` // prettier-ignore
  const ms = (value: number): string => `${Math.round(value)} ms`
  printTable(
    `${plan.messages.toLocaleString('en-US')} messages of ${BODY_BYTES} B stored at ${perSecond(filled.rate)}/s; ${(logBytes(filled.data) / 1e9).toFixed(2)} GB of log with the messages before the kills`,
    ['figure', 'median', 'worst', 'goal', ''],
    [
      ['resident growth, at the last acknowledgement', growth(residentFull), '', '', ''],
      [
        `resident growth, ${plan.isQuick ? 2 : 10} s idle later`,
        growth(residentIdle),
        '',
        `≤ ${GROWTH_MIB} MiB`,
        verdict(Math.max(residentFull, residentIdle) - start <= GROWTH_MIB)
      ],
      [
        'clean restart, spawn to ready',
        ms(median(clean)),
        ms(Math.max(...clean)),
        `≤ ${CLEAN_MS} ms`,
        verdict(median(clean) <= CLEAN_MS)
      ],
      [
        'restart after SIGKILL right after an acknowledgement',
        ms(median(killed)),
        ms(Math.max(...killed)),
        `≤ ${KILLED_MS} ms`,
        verdict(median(killed) <= KILLED_MS)
      ]
    ]
  )
}
