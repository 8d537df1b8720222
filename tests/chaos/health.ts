/** Is the cluster whole again? Asked as its users would notice: by sending to every queue and waiting for deliveries. */
import { systemClock } from '../../src/main/base/clock'
import { systemRandom } from '../../src/main/base/random'
import { getMaxOffset } from '../../src/main/client/brokerCalls'
import { messageIds } from '../../src/main/client/clientId'
import { MessageSender } from '../../src/main/client/messageSender'
import { routesTo } from '../crash/client'
import { bodyWithId, hashOf } from '../faults/history'
import type { ChaosCluster } from './cluster'
import { TOPICS, type ChaosLoad } from './load'
import { MASTER, type Members } from './members'
import { placeName } from './rules/journal'

/** The issue's: healthy again so long after the last fault was undone. */
export const HEAL_LIMIT_MS = 30_000
const PROBE_TIMEOUT_MS = 2_000
const ROUND_MS = 150

/** When each of it held for the first time, in ms after the last fault was undone. */
export interface Healing {
  /** Every node runs. */
  nodesMs: number
  /** Every queue of every master took a message with SEND_OK, so a slave has it. */
  writableMs: number
  /** Every broker set has its slave, with those messages in its queues. */
  slavesMs: number
  /** Each group got every message acknowledged before the last fault was undone. */
  consumersMs: number
}

const healed = (healing: Healing): number => Math.max(...(Object.values(healing) as number[]))

export const healingMs = healed

/** Monotonic ms that all processes of this machine share, as the journals have them. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Queue {
  brokerName: string
  topic: string
  queueId: number
}

const queuesOf = (brokerName: string): Queue[] =>
  TOPICS.flatMap(({ name: topic, queues }) =>
    Array.from({ length: queues }, (_, queueId) => ({ brokerName, topic, queueId }))
  )

const keyOf = ({ brokerName, topic, queueId }: Queue): string =>
  `${placeName(brokerName, topic)}@${queueId}`

/** One who asks; what it sends is part of the history like any other message. */
export class HealthProbe {
  private readonly ids = messageIds(systemClock, systemRandom)
  private sequence = 0

  constructor(
    private readonly cluster: ChaosCluster,
    private readonly load: ChaosLoad,
    private readonly queues: readonly Queue[]
  ) {}

  static of(cluster: ChaosCluster, load: ChaosLoad, brokerNames: readonly string[]): HealthProbe {
    return new HealthProbe(cluster, load, brokerNames.flatMap(queuesOf))
  }

  /** @throws Error naming what is missing when it is not whole within `HEAL_LIMIT_MS` of `since`. */
  async healed(since: number): Promise<Healing> {
    const found: Partial<Record<keyof Healing, number>> = {}
    const written = new Map<string, number>()
    let missing: string[] = []
    while (machineMs() - since <= HEAL_LIMIT_MS) {
      missing = await this.look(since, found, written)
      const { nodesMs, writableMs, slavesMs, consumersMs } = found
      if (missing.length === 0 && nodesMs !== undefined && writableMs !== undefined)
        if (slavesMs !== undefined && consumersMs !== undefined)
          return { nodesMs, writableMs, slavesMs, consumersMs }
      await pause(ROUND_MS)
    }
    throw new Error(`not whole ${HEAL_LIMIT_MS} ms after the last fault: ${missing.join('; ')}`)
  }

  /** What is still missing; notes what is found to hold. */
  private async look(
    since: number,
    found: Partial<Record<keyof Healing, number>>,
    written: Map<string, number>
  ): Promise<string[]> {
    const missing: string[] = []
    const holds = (what: keyof Healing, lacks: readonly string[]): void => {
      missing.push(...lacks)
      if (lacks.length === 0) found[what] ??= machineMs() - since
    }
    try {
      holds('nodesMs', await this.cluster.down())
      const members = await this.cluster.members()
      holds('writableMs', await this.write(members, written))
      holds('slavesMs', await this.slavesBehind(members, written))
    } catch (error) {
      missing.push(String(error))
    }
    const late = this.load.progress.missing(since)
    holds(
      'consumersMs',
      late.map(({ group, ids }) => `${group} lacks ${ids.length}, ${ids[0] ?? ''} first`)
    )
    return missing
  }

  /** Queues that have not taken a message yet. */
  private async write(members: Members, written: Map<string, number>): Promise<string[]> {
    const left = this.queues.filter((queue) => !written.has(keyOf(queue)))
    const failures = await Promise.all(
      left.map(async (queue) => {
        const address = members.get(queue.brokerName)?.get(MASTER)
        if (address === undefined) return `${queue.brokerName} has no master`
        const outcome = await this.send(queue, address)
        if (typeof outcome === 'string') return `${keyOf(queue)}: ${outcome}`
        written.set(keyOf(queue), outcome)
        return undefined
      })
    )
    return failures.filter((failure) => failure !== undefined)
  }

  /** Slaves that are not there, or do not have what `write` has written. */
  async slavesBehind(members: Members, written: ReadonlyMap<string, number>): Promise<string[]> {
    const behind = await Promise.all(
      this.queues.map(async (queue) => {
        const slaves = [...(members.get(queue.brokerName) ?? [])].filter(([id]) => id !== MASTER)
        if (slaves.length === 0) return `${queue.brokerName} has no slave`
        const wanted = (written.get(keyOf(queue)) ?? -1) + 1
        for (const [id, address] of slaves) {
          const end = await getMaxOffset(this.cluster.client, address, queue, PROBE_TIMEOUT_MS)
          if (end < wanted)
            return `${keyOf(queue)}: slave ${id} is at ${end}, the master beyond ${wanted - 1}`
        }
        return undefined
      })
    )
    return [...new Set(behind.filter((sentence) => sentence !== undefined))]
  }

  /** The offset of an acknowledged probe, or why it was not. */
  private async send(queue: Queue, address: string): Promise<number | string> {
    const { brokerName, topic, queueId } = queue
    const id = `probe-${this.sequence++}`
    const body = bodyWithId(id)
    const of = { client: `probe ${keyOf(queue)}`, id }
    const place = { topic: placeName(brokerName, topic), queueId }
    const attempt = { kind: 'attempt' as const, ...of, ...place, bodyHash: hashOf(body) }
    this.load.record({ time: machineMs(), ...attempt })
    try {
      const to = { queue: { brokerName, queueId }, timeoutMs: PROBE_TIMEOUT_MS }
      const message = { topic, body, keys: `key-${id}` }
      const { sendStatus, queueOffset } = await this.sender(address).send(message, to)
      if (sendStatus !== 'SEND_OK') throw new Error(sendStatus)
      this.load.record({ time: machineMs(), kind: 'ack', ...of, offset: queueOffset })
      return queueOffset
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.load.record({ time: machineMs(), kind: 'unknown', ...of, why: 'probe' })
      return why
    }
  }

  private sender(address: string): MessageSender {
    const { client: remoting } = this.cluster
    return new MessageSender(
      {
        ...{ remoting, clock: systemClock, random: systemRandom, ids: this.ids },
        routes: routesTo(() => address)
      },
      'chaos_probe'
    )
  }
}
