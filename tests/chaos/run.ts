/** One run: a cluster under load, hit as its schedule says, healed after each episode, judged in the end. */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { createTopicWith } from '../../bench/topic'
import { ChaosCluster } from './cluster'
import { observeCluster } from './evidence'
import { HEAL_LIMIT_MS, HealthProbe, healingMs, machineMs, type Healing } from './health'
import { ChaosLoad, prepareJava, TOPICS } from './load'
import { MASTER, portOf, type Members } from './members'
import { historyOf } from './rules/journal'
import { SlaveSampler } from './sampler'
import { judgeChaos, type ChaosVerdict } from './rules/judge'
import {
  EPISODES_PER_MINUTE,
  meeting,
  schedule,
  scheduleText,
  troubleText,
  type Episode,
  type Trouble
} from './rules/schedule'
import { timelineText, type Mark } from './rules/timeline'

export interface ChaosOptions {
  seed: number
  minutes: number
  /** A controller elects masters. */
  promotion: boolean
  /** Official Java clients take part, where they can be had. */
  java: boolean
  /** Holds the cluster's data folder and the journals. */
  folder: string
  say: (text: string) => void
}

const POLL_MS = 100

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export class ChaosRun {
  readonly healings: Healing[] = []
  /** Times a broker set was found to have another master than before. */
  promotions = 0
  verdict: ChaosVerdict | undefined
  private readonly marks: Mark[] = []
  private load: ChaosLoad | undefined
  private cluster: ChaosCluster | undefined
  private readonly masters = new Map<string, string>()
  private sampler: SlaveSampler | undefined
  private began = 0

  constructor(private readonly options: ChaosOptions) {}

  /** @throws Error when the cluster does not heal or nothing can be judged; the verdict itself is the caller's. */
  async run(): Promise<ChaosVerdict> {
    const { seed, minutes, promotion, folder, say } = this.options
    const data = join(folder, 'data 数据')
    const journals = join(folder, 'journals')
    for (const path of [data, journals]) fs.mkdirSync(path, { recursive: true })
    const cluster = await ChaosCluster.start(data, promotion)
    this.cluster = cluster
    const members = await this.complete(cluster)
    const episodes = schedule(seed, Math.ceil(minutes * EPISODES_PER_MINUTE), cluster.nodes)
    say(`seed ${seed}, ${minutes} min${promotion ? ', with promotion' : ''}:`)
    say(scheduleText(episodes))
    const load = new ChaosLoad(journals, cluster.namesrv, this.withJava())
    this.load = load
    await load.start()
    this.began = machineMs()
    const probe = HealthProbe.of(cluster, load, [...members.keys()])
    await probe.healed(machineMs())
    await this.countPromotions(cluster)
    // With promotion another node may be the slave by then, and one that is not in sync lacks what was acknowledged.
    if (!promotion) this.sampler = new SlaveSampler(cluster.client, members)
    for (const [index, episode] of episodes.entries()) {
      await this.play(cluster, episode)
      await this.heal(probe, index)
      await this.countPromotions(cluster)
    }
    if (promotion) say(`${this.promotions} times another node was master after an episode`)
    await this.settle(load)
    await this.sampler?.stop()
    this.verdict = await this.judge(cluster, load)
    await cluster.stop()
    return this.verdict
  }

  /** What clients saw, and what was done to them. */
  get account(): string {
    const rows = this.load?.rows ?? []
    return rows.length === 0 ? 'no client saw anything' : timelineText(rows, this.marks, this.began)
  }

  /** Of a run that has failed; leaves no process. */
  async abandon(): Promise<void> {
    void this.sampler?.stop()
    this.load?.kill()
    await this.cluster?.kill()
  }

  private withJava(): boolean {
    const { java, say } = this.options
    const hindrance = java ? prepareJava() : ''
    if (hindrance !== '') say(`without official Java clients: ${hindrance}`)
    return java && hindrance === ''
  }

  /** Every broker set has registered master and slave, and the topics are there. */
  private async complete(cluster: ChaosCluster): Promise<Members> {
    const { brokerSets } = cluster.nodes
    const until = performance.now() + HEAL_LIMIT_MS
    for (;;) {
      const members = await cluster.members()
      const isWhole =
        members.size === brokerSets.length &&
        [...members.values()].every((set, index) => set.size === brokerSets[index]!.length)
      if (isWhole) {
        for (const addresses of members.values())
          for (const { name, queues } of TOPICS)
            await createTopicWith(cluster.client, portOf(addresses.get(MASTER)!), name, queues)
        return members
      }
      if (performance.now() > until) throw new Error('the cluster has not registered whole')
      await pause(POLL_MS)
    }
  }

  private async play(cluster: ChaosCluster, { troubles }: Episode): Promise<void> {
    const from = performance.now()
    const ends = new Map<Trouble, Promise<void>>()
    for (const trouble of troubles) {
      // A node that was killed is back a little after it was started: the next trouble there waits for it.
      const before = meeting(trouble, [...ends.keys()]).map((other) => ends.get(other)!)
      ends.set(
        trouble,
        (async () => {
          await pause(trouble.atMs - (performance.now() - from))
          await Promise.all(before)
          await this.trouble(cluster, trouble)
        })()
      )
    }
    const done = await Promise.allSettled(ends.values())
    for (const result of done) if (result.status === 'rejected') throw result.reason
  }

  private async trouble(cluster: ChaosCluster, trouble: Trouble): Promise<void> {
    this.mark(troubleText(trouble))
    const undo = await Promise.all(trouble.faults.map((fault) => cluster.set(fault)))
    await pause(trouble.forMs)
    await Promise.all(undo.map((back) => back()))
    this.mark(`undone: ${troubleText(trouble)}`)
  }

  private async heal(probe: HealthProbe, index: number): Promise<void> {
    const healing = await probe.healed(machineMs())
    this.healings.push(healing)
    const { nodesMs, writableMs, slavesMs, consumersMs } = healing
    const whole = seconds(healingMs(healing))
    this.mark(`whole again after ${whole}`)
    this.options.say(
      `episode ${index + 1}: whole again ${whole} after the last fault (nodes ${seconds(nodesMs)}, ` +
        `writable ${seconds(writableMs)}, slaves ${seconds(slavesMs)}, consumers ${seconds(consumersMs)})`
    )
    const [failure] = this.load?.failures ?? []
    if (failure !== undefined) throw new Error(failure)
  }

  private async countPromotions(cluster: ChaosCluster): Promise<void> {
    for (const [name, addresses] of await cluster.members()) {
      const address = addresses.get(MASTER)
      const before = this.masters.get(name)
      if (address === undefined || address === before) continue
      this.masters.set(name, address)
      if (before !== undefined) this.promotions++
    }
  }

  /** The last sends come to an end, and consumers to the end of their queues. */
  private async settle(load: ChaosLoad): Promise<void> {
    await load.stopProducers()
    const from = machineMs()
    while (load.progress.missing().length > 0 && machineMs() - from < HEAL_LIMIT_MS)
      await pause(POLL_MS)
    this.mark(`consumers at the end after ${seconds(machineMs() - from)}`)
    await load.stopConsumers()
  }

  private async judge(cluster: ChaosCluster, load: ChaosLoad): Promise<ChaosVerdict> {
    const { client } = cluster
    const found = await observeCluster(client, await cluster.members(), HEAL_LIMIT_MS)
    const ends = this.sampler && { slaveEnds: this.sampler.ends }
    const evidence = { ...found, history: historyOf(load.rows), groups: load.groups, ...ends }
    return judgeChaos(evidence, this.options.seed)
  }

  private mark(text: string): void {
    this.marks.push({ time: machineMs(), text })
  }
}
