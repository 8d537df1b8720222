/** What goes wrong when, as a function of the seed and of the cluster's nodes. */
import { seededRandom, type Random } from '../../../src/main/base/random'

/** Ids of nodes, as the console has them. */
export interface ClusterNodes {
  nameservers: readonly string[]
  /** Of one broker name each, its master first. */
  brokerSets: readonly (readonly string[])[]
}

/** Everybody who is none of the cluster's nodes. */
export const CLIENTS = 'clients'

/** As the console's `fault.set` takes it. */
export type Fault =
  | { kind: 'kill' | 'freeze'; node: string }
  | { kind: 'link'; from: string; to: string; effect: 'cut' | 'refuse' }
  | {
      kind: 'link'
      from: string
      to: string
      effect: 'delay'
      delayMs: number
      jitterMs: number
    }
  | { kind: 'slowDisk'; node: string; readMs: number; writeMs: number; flushMs: number }
  | { kind: 'fullDisk'; node: string; roomBytes: number }

/** Faults that begin together and are undone together. */
export interface Trouble {
  atMs: number
  forMs: number
  faults: readonly Fault[]
}

/** Troubles until all is undone; then the cluster has to heal before the next one begins. */
export interface Episode {
  troubles: readonly Trouble[]
}

/**
 * What SYNC_MASTER promises to survive. None of these faults takes what a disk holds, so any node may be hit, both of a
 * broker set too; more at once would only leave nothing to look at.
 */
export const MAX_TROUBLES_AT_ONCE = 2
/** Episodes a minute, with the time to heal. */
export const EPISODES_PER_MINUTE = 4

const LATEST_BEGIN_MS = 5_000
const SHORTEST_MS = 1_500
const LONGEST_MS = 8_000
/** Of finding a node that nothing else happens to. */
const TRIES = 6

const pick = <T>(random: Random, all: readonly T[]): T => all[random.int(all.length)]!

type Make = (random: Random, nodes: ClusterNodes) => Fault[]

const masterOf: (random: Random, nodes: ClusterNodes) => string = (random, { brokerSets }) =>
  pick(random, brokerSets)[0]!

/** A slave, or a master where there is none. */
const slaveOf: typeof masterOf = (random, { brokerSets }) => pick(random, brokerSets).at(-1)!
const nameserverOf: typeof masterOf = (random, { nameservers }) => pick(random, nameservers)

const onNode =
  (kind: 'kill' | 'freeze', node: typeof masterOf): Make =>
  (random, nodes) => [{ kind, node: node(random, nodes) }]

const link =
  (effect: 'cut' | 'refuse' | 'delay', ends: (...of: Parameters<Make>) => [string, string]): Make =>
  (random, nodes) => {
    const [from, to] = ends(random, nodes)
    if (effect !== 'delay') return [{ kind: 'link', from, to, effect }]
    const delayMs = 20 + random.int(280)
    return [{ kind: 'link', from, to, effect, delayMs, jitterMs: random.int(20) }]
  }

const replication: Parameters<typeof link>[1] = (random, { brokerSets }) => {
  const set = pick(random, brokerSets)
  return [set.at(-1)!, set[0]!]
}
const registration: Parameters<typeof link>[1] = (random, nodes) => [
  pick(random, nodes.brokerSets.flat()),
  nameserverOf(random, nodes)
]
const clientsOf =
  (node: typeof masterOf): Parameters<typeof link>[1] =>
  (random, nodes) => [CLIENTS, node(random, nodes)]

const slowDisk =
  (node: typeof masterOf): Make =>
  (random, nodes) => [
    {
      ...{ kind: 'slowDisk', node: node(random, nodes) },
      ...{ readMs: random.int(5), writeMs: 1 + random.int(20), flushMs: 20 + random.int(200) }
    }
  ]
const fullDisk =
  (node: typeof masterOf): Make =>
  (random, nodes) => [
    { kind: 'fullDisk', node: node(random, nodes), roomBytes: random.int(64 * 1024) }
  ]

/** Each kind once, in any order, before one comes again. */
const kinds: readonly Make[] = [
  onNode('kill', masterOf),
  onNode('kill', slaveOf),
  onNode('kill', nameserverOf),
  (random, { brokerSets }) => pick(random, brokerSets).map((node) => ({ kind: 'kill', node })),
  onNode('freeze', masterOf),
  onNode('freeze', slaveOf),
  onNode('freeze', nameserverOf),
  link('cut', replication),
  link('cut', registration),
  link('cut', clientsOf(masterOf)),
  link('cut', clientsOf(slaveOf)),
  link('refuse', clientsOf(masterOf)),
  link('delay', replication),
  link('delay', clientsOf(masterOf)),
  slowDisk(masterOf),
  slowDisk(slaveOf),
  fullDisk(masterOf),
  fullDisk(slaveOf)
]

const shuffled = <T>(random: Random, all: readonly T[]): T[] => {
  const left = [...all]
  return all.map(() => left.splice(random.int(left.length), 1)[0]!)
}

export const nodesOf = ({ faults }: Trouble): string[] =>
  faults.flatMap((fault) => ('node' in fault ? [fault.node] : [fault.from, fault.to]))

const overlaps = (a: Trouble, b: Trouble): boolean =>
  a.atMs < b.atMs + b.forMs && b.atMs < a.atMs + a.forMs

/** Those that hit a node this one hits, too. */
export const meeting = <T extends Trouble>(trouble: Trouble, others: readonly T[]): T[] => {
  const nodes = nodesOf(trouble).filter((node) => node !== CLIENTS)
  return others.filter((other) => nodesOf(other).some((node) => nodes.includes(node)))
}

/** Later, until it shares no node with another at the same time and there are not too many. */
const placed = (trouble: Trouble, others: readonly Trouble[]): Trouble => {
  const beside = others.filter((other) => overlaps(trouble, other))
  if (meeting(trouble, beside).length === 0 && beside.length < MAX_TROUBLES_AT_ONCE) return trouble
  const atMs = Math.min(...beside.map((other) => other.atMs + other.forMs))
  return placed({ ...trouble, atMs }, others)
}

/** At nodes that nothing else happens to meanwhile, if they are found at once; else later. */
const troubleOf = (
  make: Make,
  random: Random,
  nodes: ClusterNodes,
  others: readonly Trouble[]
): Trouble => {
  const atMs = random.int(LATEST_BEGIN_MS)
  const forMs = SHORTEST_MS + random.int(LONGEST_MS - SHORTEST_MS)
  const tries = Array.from({ length: TRIES }, () => ({ atMs, forMs, faults: make(random, nodes) }))
  const free = tries.find((trouble) => meeting(trouble, others).length === 0)
  return placed(free ?? tries[0]!, others)
}

/** The same seed and nodes give the same episodes. */
export const schedule = (seed: number, count: number, nodes: ClusterNodes): Episode[] => {
  // Neighbouring seeds begin alike otherwise.
  const random = seededRandom(Math.imul(seed, 0x9e3779b1))
  let bag: Make[] = []
  const next = (): Make => {
    if (bag.length === 0) bag = shuffled(random, kinds)
    return bag.pop()!
  }
  return Array.from({ length: count }, () => {
    const troubles: Trouble[] = []
    for (let left = 2 + random.int(2); left > 0; left--)
      troubles.push(troubleOf(next(), random, nodes, troubles))
    return { troubles: troubles.sort((a, b) => a.atMs - b.atMs) }
  })
}

const sentenceOf = (fault: Fault): string => {
  switch (fault.kind) {
    case 'kill':
    case 'freeze':
      return `${fault.kind} ${fault.node}`
    case 'link': {
      const how = fault.effect === 'delay' ? ` by ${fault.delayMs} ± ${fault.jitterMs} ms` : ''
      return `${fault.effect} ${fault.from} – ${fault.to}${how}`
    }
    case 'slowDisk':
      return `slow disk of ${fault.node}, ${fault.readMs}/${fault.writeMs}/${fault.flushMs} ms`
    case 'fullDisk':
      return `full disk of ${fault.node} after ${fault.roomBytes} bytes`
  }
}

export const troubleText = ({ faults }: Pick<Trouble, 'faults'>): string =>
  faults.map(sentenceOf).join(' and ')

const seconds = (ms: number): string => (ms / 1000).toFixed(1)

/** A line an episode's trouble: when it begins and ends, in seconds of its episode. */
export const scheduleText = (episodes: readonly Episode[]): string =>
  episodes
    .flatMap(({ troubles }, index) =>
      troubles.map((trouble, nth) => {
        const { atMs, forMs } = trouble
        const name = nth === 0 ? `episode ${index + 1}` : ''
        const when = `${seconds(atMs)}–${seconds(atMs + forMs)} s`
        return `  ${name.padEnd(11)} ${when.padStart(12)}  ${troubleText(trouble)}`
      })
    )
    .join('\n')
