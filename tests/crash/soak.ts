/**
 * The built product for many minutes: epochs of sends, pulls, commits, topics made and deleted, each judged over the
 * wire when it ends. First epochs that end in restarts, clean and by kill; then one long session in which memory and
 * file descriptors are watched. Flags: --minutes, --seed.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { propertyOf } from '../../src/main/broker/brokerConfig'
import { RequestCode } from '../../src/main/protocol/codes/requestCode'
import { TopicRequestHeader } from '../../src/main/protocol/headers/admin'
import { RemotingClient } from '../../src/main/remoting/client'
import { History } from '../faults/history'
import { assertKept, judge, type VerdictFigures } from '../faults/judge'
import { observeWire } from '../faults/observeWire'
import { BrokerProcess } from './brokerProcess'
import { Load } from './load'
import { QUEUES, type LoadPlan } from './plan'
import { looksOf, median, printTable, type Sample } from './soakFigures'

const EPOCH_MS = 15_000
const SAMPLE_MS = 2_000
/** Of the whole time, for restarts. */
const RESTART_SHARE = 0.2
/** Left out of the comparison: caches fill, code is compiled. */
const WARM_UP_MS = 120_000
const COMPARED_MS = 90_000
const MAX_GROWTH = 1.1
const OFFSET_FLUSH_MS = 1_000
const OFFSET_SLACK_MS = 2_000
const PAUSE_MS = 12
const LOOK_UP_EVERY = 53

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const properties: Record<string, string> = {
  mappedFileSizeCommitLog: String(16 * 1024 * 1024),
  mappedFileSizeConsumeQueue: '200000',
  flushConsumerOffsetInterval: String(OFFSET_FLUSH_MS)
}
/** The smallest there is, so that retention is at work; an epoch is much smaller. */
const quota = propertyOf('gantryStoreQuota')
if (quota?.min !== undefined) properties[quota.key] = String(quota.min)

const loadPlan = (epoch: number): LoadPlan => {
  const named = (name: string): string => `soak-${epoch}-${name}`
  const madeTopics = ['Order', 'order'].map(named)
  return {
    topics: [...madeTopics, ...['__proto__', 'a|b'].map(named)],
    madeTopics,
    doomedTopic: named('doomed'),
    groups: ['soak-sync', 'soak-oneway'],
    pauseMs: PAUSE_MS
  }
}

type EpochEnd = 'go on' | 'stop' | 'kill'

class Soak {
  readonly samples: Sample[] = []
  readonly totals = new Map<keyof VerdictFigures, number>()
  restarts = 0
  epoch = 0
  private readonly data = fs.mkdtempSync(join(tmpdir(), 'gantry-soak-'))
  private broker: BrokerProcess | undefined
  private address = ''
  private readonly began = performance.now()

  constructor(
    private readonly seed: number,
    private readonly totalMs: number
  ) {}

  async run(): Promise<void> {
    await this.startBroker()
    const ends: EpochEnd[] = ['stop', 'kill', 'kill']
    while (this.elapsed() < this.totalMs * RESTART_SHARE)
      await this.runEpoch(ends[this.epoch % ends.length]!)
    await this.endBroker('stop')
    await this.startBroker()
    const sessionBegan = this.elapsed()
    const sampling = setInterval(() => this.sample(false), SAMPLE_MS)
    try {
      // The first one makes what is there for good: groups, caches, connections of the broker's own.
      await this.runEpoch('go on')
      const calm = this.sample(true)
      while (this.elapsed() < this.totalMs) await this.runEpoch('go on')
      const end = this.sample(true)
      this.judgeResources(sessionBegan, calm, end)
    } finally {
      clearInterval(sampling)
      await this.broker?.stop()
    }
    fs.rmSync(this.data, { recursive: true })
  }

  private elapsed(): number {
    return performance.now() - this.began
  }

  private async startBroker(): Promise<void> {
    this.broker = new BrokerProcess({
      ...{ host: 'headless', brokerChild: '', data: this.data, properties, limits: {} }
    })
    this.address = await this.broker.ready
  }

  private async endBroker(how: 'stop' | 'kill'): Promise<void> {
    const ended = how === 'kill' ? await this.broker?.kill() : await this.broker?.stop()
    if (how === 'stop' && ended !== 0) throw new Error(`a clean stop ended with ${ended}`)
    this.restarts++
  }

  private async runEpoch(end: EpochEnd): Promise<void> {
    const epoch = this.epoch++
    const plan = loadPlan(epoch)
    const history = new History(() => performance.now())
    const load = new Load(this.seed * 10_000 + epoch, history, plan)
    await load.start(this.address)
    await pause(EPOCH_MS)
    if (end === 'go on') await load.drain()
    else await this.endBroker(end)
    await load.end()
    if (end === 'kill') history.record({ kind: 'crash', client: 'broker' })
    if (end !== 'go on') await this.startBroker()
    const client = new RemotingClient({ clock: systemClock, log: silentLog })
    try {
      const { address, seed } = this
      const all = [...plan.topics, plan.doomedTopic]
      const queues = all.flatMap((topic) =>
        Array.from({ length: QUEUES }, (_, queueId) => ({ topic, queueId }))
      )
      const options = { client, address, queues, groups: plan.groups, lookUpEvery: LOOK_UP_EVERY }
      const verdict = judge(history.events, await observeWire(options), {
        ...{ seed, index: 'as asked' },
        offsetFlushMs: OFFSET_FLUSH_MS + OFFSET_SLACK_MS + 4 * load.slowestMs
      })
      assertKept(verdict)
      for (const [name, value] of Object.entries(verdict.figures) as [
        keyof VerdictFigures,
        number
      ][])
        this.totals.set(name, (this.totals.get(name) ?? 0) + value)
      for (const topic of all) {
        const extFields = TopicRequestHeader.encode({ topic })
        const request = { code: RequestCode.DELETE_TOPIC_IN_BROKER, extFields }
        await client.call(address, request, 30_000)
      }
    } finally {
      client.close()
    }
  }

  private sample(isCalm: boolean): Sample {
    const { pid } = this.broker!
    const sample = { ...looksOf(pid, this.data), atMs: this.elapsed(), epoch: this.epoch, isCalm }
    this.samples.push(sample)
    return sample
  }

  private judgeResources(sessionBegan: number, calm: Sample, end: Sample): void {
    printTable(this.samples)
    const between = (from: number, to: number): number =>
      median(this.samples.filter(({ atMs }) => atMs >= from && atMs < to).map(({ rss }) => rss))
    const warm = sessionBegan + Math.min(WARM_UP_MS, (this.elapsed() - sessionBegan) / 3)
    const early = between(warm, warm + COMPARED_MS)
    const late = between(end.atMs - COMPARED_MS, Infinity)
    const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
    const figures = [...this.totals].map(([name, value]) => `${value} ${name}`).join(', ')
    say(`${this.epoch} epochs, ${this.restarts} restarts; ${figures}`)
    say(`resident memory: ${mib(early)} after the first minutes, ${mib(late)} at the end`)
    say(
      `descriptors with nobody connected: sockets ${calm.sockets} then ${end.sockets}, ` +
        `files ${calm.files} then ${end.files}, of deleted files ${end.deletedFiles}`
    )
    const problems = [
      late > early * MAX_GROWTH && `resident memory grew from ${mib(early)} to ${mib(late)}`,
      end.sockets > calm.sockets && `${end.sockets - calm.sockets} sockets were left open`,
      end.deletedFiles > 0 && `${end.deletedFiles} deleted files are still open`
    ].filter((problem) => problem !== false)
    if (problems.length > 0) throw new Error(problems.join('; '))
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' }
    }
  })
  const minutes = Number(values.minutes)
  const seed = Number(values.seed)
  if (!(minutes > 0) || !Number.isInteger(seed)) {
    say('usage: npm run test:soak -- [--minutes 30] [--seed 1]')
    process.exit(2)
  }
  const soak = new Soak(seed, minutes * 60_000)
  try {
    await soak.run()
    say(`soak passed (seed ${seed})`)
    process.exit(0)
  } catch (error) {
    say(
      `soak failed in epoch ${soak.epoch} (seed ${seed}): ${error instanceof Error ? (error.stack ?? '') : String(error)}`
    )
    process.exit(1)
  }
}

void main()
