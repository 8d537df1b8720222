/** What a whole cluster costs while nobody uses it: six brokers in three sets, three nameservers, one process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from './histogram'
import { residentMegabytes, startHeadless } from './processes'
import { cpuBetween, cpuSample } from './procfs'

export interface ClusterPlan {
  starts: number
  /** Before memory is looked at: what starting allocated may have been collected. */
  settleSeconds: number
  /** CPU is summed over this. */
  idleSeconds: number
}

const SETS = ['broker-a', 'broker-b', 'broker-c']

const six = {
  name: 'six brokers',
  nameservers: [{}, {}, {}],
  proxy: {},
  brokers: SETS.flatMap((name) => [
    { name, brokerId: 0 },
    { name, brokerId: 1 }
  ])
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

export const clusterColumns = ['figure', 'median', 'worst', 'goal']

export const clusterCost = async (plan: ClusterPlan): Promise<string[][]> => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-cluster-'))
  const file = join(folder, 'six.json')
  writeFileSync(file, JSON.stringify(six))
  const started: number[] = []
  const resident: number[] = []
  const idle: number[] = []
  for (let i = 0; i < plan.starts; i++) {
    const headless = await startHeadless('--cluster', file)
    started.push(headless.startupMs)
    await pause(plan.settleSeconds * 1000)
    const megabytes = residentMegabytes(headless.pid)
    if (megabytes !== undefined) resident.push(megabytes)
    const before = cpuSample([headless.pid])
    await pause(plan.idleSeconds * 1000)
    const { micros, seconds } = cpuBetween(before, cpuSample([headless.pid]))
    idle.push((micros[headless.pid] ?? 0) / seconds / 10_000)
    await headless.stop()
  }
  rmSync(folder, { recursive: true })
  const row = (
    name: string,
    values: readonly number[],
    show: (n: number) => string,
    goal: string
  ) =>
    values.length === 0
      ? [name, 'not told by this system', '', goal]
      : [name, show(median(values)), show(Math.max(...values)), goal]
  return [
    row('startupMs of the ready line', started, (ms) => `${Math.round(ms)} ms`, '≤ 2500 ms'),
    row('idle resident memory', resident, (mb) => `${mb.toFixed(0)} MB`, '≤ 350 MB'),
    row('idle CPU of one core', idle, (percent) => `${percent.toFixed(2)} %`, '')
  ]
}
