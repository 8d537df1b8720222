/** What masters and slaves hold when all is over, read over the wire as any client would. */
import { getMaxOffset } from '../../src/main/client/brokerCalls'
import type { Observation, ObservedQueue } from '../faults/observation'
import { observeWire } from '../faults/observeWire'
import type { ChaosCluster } from './cluster'
import { TOPICS } from './load'
import { MASTER, type Members } from './members'
import { placeName } from './rules/journal'

const TIMEOUT_MS = 5_000
/** Of the keys: all would take longer than the run. */
const LOOK_UP_EVERY = 499
const ROUND_MS = 100

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const queues = TOPICS.flatMap(({ name: topic, queues: count }) =>
  Array.from({ length: count }, (_, queueId) => ({ topic, queueId }))
)

type Client = ChaosCluster['client']

/** One broker's; topics become places. */
const observeBroker = async (
  client: Client,
  brokerName: string,
  address: string,
  lookUpEvery: number
): Promise<Observation> => {
  const placed = <T extends { topic: string }>(row: T): T => ({
    ...row,
    topic: placeName(brokerName, row.topic)
  })
  const seen = await observeWire({ client, address, queues, lookUpEvery })
  return {
    queues: seen.queues.map(placed),
    committed: [],
    lookups: seen.lookups.map((lookup) => ({ ...placed(lookup), hits: lookup.hits.map(placed) }))
  }
}

/** Resolves when the slave's queues end where the master's do. @throws Error when they do not within `limitMs`. */
const caughtUp = async (
  client: Client,
  master: string,
  slave: string,
  limitMs: number
): Promise<void> => {
  const end = (address: string, queue: (typeof queues)[number]): Promise<number> =>
    getMaxOffset(client, address, { ...queue, brokerName: '' }, TIMEOUT_MS)
  const from = performance.now()
  for (const queue of queues) {
    const wanted = await end(master, queue)
    for (let at = -1; at < wanted; await pause(ROUND_MS)) {
      at = await end(slave, queue)
      if (at < wanted && performance.now() - from > limitMs)
        throw new Error(`${queue.topic}@${queue.queueId}: ${slave} is at ${at} of ${wanted}`)
    }
  }
}

export interface ClusterEvidence {
  masters: Observation
  slaves: Map<string, readonly ObservedQueue[]>
}

/** Nobody sends any more. */
export const observeCluster = async (
  client: Client,
  members: Members,
  limitMs: number
): Promise<ClusterEvidence> => {
  const all: Observation[] = []
  const slaves = new Map<string, readonly ObservedQueue[]>()
  for (const [brokerName, addresses] of members) {
    const master = addresses.get(MASTER)
    if (master === undefined) throw new Error(`${brokerName} has no master`)
    for (const [id, slave] of addresses) {
      if (id === MASTER) continue
      await caughtUp(client, master, slave, limitMs)
      const observed = await observeBroker(client, brokerName, slave, 0)
      slaves.set(`${brokerName}:${id}`, observed.queues)
    }
    all.push(await observeBroker(client, brokerName, master, LOOK_UP_EVERY))
  }
  const masters = {
    queues: all.flatMap((of) => of.queues),
    committed: [],
    lookups: all.flatMap(({ lookups }) => lookups)
  }
  return { masters, slaves }
}
