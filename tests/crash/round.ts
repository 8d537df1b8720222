/** One round: a broker under load, killed and started again as its plan says, then judged twice. */
import * as fs from 'node:fs'
import { systemClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { LiveBrokerConfig } from '../../src/main/broker/brokerConfig'
import { RemotingClient } from '../../src/main/remoting/client'
import { History } from '../faults/history'
import { judge, type Expectations, type Verdict, type Violation } from '../faults/judge'
import { observeWire } from '../faults/observeWire'
import { brokerFolder, BrokerProcess, type HostSettings } from './brokerProcess'
import { lookDirectly } from './directStore'
import { Load } from './load'
import {
  DOOMED_TOPIC,
  GROUPS,
  OFFSET_FLUSH_MS,
  OFFSET_SLACK_MS,
  QUEUES,
  roundLoad,
  roundPlan,
  TOPICS,
  type PhasePlan,
  type RoundPlan
} from './plan'

/** Without an acknowledgement for so long the broker is taken to hang. */
const STUCK_MS = 30_000
/** Of the keys: all would take longer than the round. */
const DIRECT_LOOK_UP_EVERY = 7
const WIRE_LOOK_UP_EVERY = 101

export interface RoundResult {
  plan: RoundPlan
  verdicts: { direct: Verdict; wire: Verdict }
  kills: number
  tornTails: number
  /** Damage in the log or in metadata: a kill makes none. */
  holes: number
  restartMs: number[]
}

/** Resolves when the load has been acknowledged often enough, or the broker ended by itself. */
const acknowledged = (load: Load, acks: number, broker: BrokerProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let left = acks
    let stuck: NodeJS.Timeout | undefined
    const done = (error?: Error): void => {
      clearTimeout(stuck)
      load.onAck = () => undefined
      if (error) reject(error)
      else resolve()
    }
    const wait = (): void => {
      clearTimeout(stuck)
      const told = `no acknowledgement for ${STUCK_MS} ms; it said: ${broker.stderr}`
      stuck = setTimeout(() => done(new Error(told)), STUCK_MS)
    }
    load.onAck = () => {
      if (--left <= 0) done()
      else wait()
    }
    wait()
    void broker.ended.then((how) =>
      done(new Error(`ended with ${how} by itself: ${broker.stderr}`))
    )
  })

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export class Round {
  readonly plan: RoundPlan
  readonly history = new History(() => performance.now())
  private readonly load: Load
  private kills = 0
  private readonly restartMs: number[] = []

  constructor(
    private readonly seed: number,
    private readonly data: string,
    private readonly brokerChild: string
  ) {
    this.plan = roundPlan(seed)
    this.load = new Load(seed, this.history, roundLoad)
  }

  async run(): Promise<RoundResult> {
    for (const phase of this.plan.phases) await this.phase(phase)
    const direct = await this.judgeDirectly()
    const wire = await this.judgeOverTheWire()
    const { plan, kills, restartMs } = this
    const isHole = ({ kind }: { kind: string }): boolean => kind === 'damage'
    return {
      ...{ plan, kills, restartMs },
      verdicts: { direct: direct.verdict, wire },
      tornTails: direct.reports.filter(({ kind }) => kind === 'tail-cut').length,
      holes: direct.reports.filter(isHole).length
    }
  }

  private settings(): HostSettings {
    const { host, properties, limits } = this.plan
    return { host, properties, limits, brokerChild: this.brokerChild, data: this.data }
  }

  private async phase(plan: PhasePlan): Promise<void> {
    const { load } = this
    for (const afterMs of plan.killedStarts) {
      const broker = new BrokerProcess(this.settings())
      await pause(afterMs)
      await broker.kill()
      this.crashed()
    }
    const spawned = performance.now()
    const broker = new BrokerProcess(this.settings())
    const address = await broker.ready
    this.restartMs.push(performance.now() - spawned)
    try {
      const enough = acknowledged(load, plan.acks, broker)
      enough.catch(() => undefined)
      await load.start(address)
      await enough
      await pause(plan.delayMs)
      const how =
        plan.end === 'kill'
          ? await broker.kill()
          : await broker.stop(plan.end === 'stop' ? undefined : plan.stopMs)
      await load.end()
      if (how === 'SIGKILL') this.crashed()
      else if (how !== 0) throw new Error(`a clean stop ended with ${how}: ${broker.stderr}`)
    } catch (error) {
      await broker.kill()
      await load.end()
      throw error
    }
  }

  private crashed(): void {
    this.kills++
    this.history.record({ kind: 'crash', client: 'broker' })
  }

  private get expectations(): Expectations {
    const { seed } = this
    // What the machine does to the load's own requests it also does to the broker's timer and flush.
    const offsetFlushMs = OFFSET_FLUSH_MS + OFFSET_SLACK_MS + 4 * this.load.slowestMs
    return { seed, offsetFlushMs, index: 'as asked' }
  }

  private get queues(): { topic: string; queueId: number }[] {
    return [...TOPICS, DOOMED_TOPIC].flatMap((topic) =>
      Array.from({ length: QUEUES }, (_, queueId) => ({ topic, queueId }))
    )
  }

  /** Of a copy, so that the broker meets what the kill left and not what this repaired. */
  private async judgeDirectly() {
    const copy = `${this.data}.direct`
    fs.cpSync(this.data, copy, { recursive: true })
    const { queues, history, expectations, plan } = this
    const folder = brokerFolder(plan.host, copy)
    const { config } = new LiveBrokerConfig(plan.properties)
    const options = { folder, config, limits: plan.limits, queues, groups: GROUPS }
    const look = await lookDirectly({ ...options, lookUpEvery: DIRECT_LOOK_UP_EVERY })
    const judged = judge(history.events, look.observation, expectations)
    const told = [
      ...look.metaReports.map((report) => `a kill damaged metadata: ${JSON.stringify(report)}`),
      ...look.adopted.map((topic) => `${topic}: its settings were lost, or its deletion`)
    ]
    const violations = told.map((sentence): Violation => ({ check: 'loss', sentence }))
    const verdict = { ...judged, violations: [...judged.violations, ...violations] }
    fs.rmSync(copy, { recursive: true })
    return { verdict, reports: look.reports }
  }

  private async judgeOverTheWire(): Promise<Verdict> {
    const { queues, history, expectations } = this
    const broker = new BrokerProcess(this.settings())
    const client = new RemotingClient({ clock: systemClock, log: silentLog })
    try {
      const address = await broker.ready
      const options = { client, address, queues, groups: GROUPS, lookUpEvery: WIRE_LOOK_UP_EVERY }
      return judge(history.events, await observeWire(options), expectations)
    } finally {
      client.close()
      await broker.stop()
    }
  }
}
