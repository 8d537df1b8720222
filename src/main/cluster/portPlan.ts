/** Which of the ports a cluster takes can be had, who has the others, and what could be taken in their place. */
import { nodeKey, type ClusterSpec } from '../../shared/clusterSpec'
import { BROKER_PORT_STEP } from '../../shared/clusterPresets'
import { MAX_PORT } from '../../shared/clusterSpec'
import type { PlannedPortView, PortHolder, PortPlanView } from '../../shared/clusterViews'
import { brokerPorts, plannedPorts, portTwins, type PlannedPort } from '../../shared/portPlan'
import { bindOnce, type FindHolder } from './ports'

interface Deps {
  host: string
  findHolder: FindHolder
  /** Ports nodes of ours have now: they are given up before another takes them. */
  ownPorts: () => readonly number[]
}

/** Blocks looked at for one node before it is told that none is free. */
const MAX_BLOCKS = 200

/** Why a port cannot be had; undefined where it can. */
const probe = async (port: number, { host, findHolder }: Deps): Promise<PortHolder | undefined> => {
  try {
    await bindOnce(host, port)
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') return { kind: 'program', name: (await findHolder(port)) ?? '' }
    return { kind: 'refused', name: message }
  }
}

export const planPorts = async (spec: ClusterSpec, deps: Deps): Promise<PortPlanView> => {
  const planned = plannedPorts(spec)
  const twins = portTwins(planned)
  const own = new Set(deps.ownPorts())
  const holderOf = async (entry: PlannedPort): Promise<PortHolder | undefined> => {
    const twin = twins.get(entry)
    if (twin) return { kind: 'node', name: twin.name, use: twin.use }
    return own.has(entry.port) ? undefined : probe(entry.port, deps)
  }
  const ports: PlannedPortView[] = []
  for (const entry of planned) {
    const holder = await holderOf(entry)
    ports.push({ ...entry, ...(holder && { holder }) })
  }
  return { ports, free: await freeBlocks(spec, ports, own, deps) }
}

/** One after the other, so that no two are offered the same. */
const freeBlocks = async (
  spec: ClusterSpec,
  ports: readonly PlannedPortView[],
  own: ReadonlySet<number>,
  deps: Deps
): Promise<PortPlanView['free']> => {
  const stuck = new Set(ports.flatMap(({ node, holder }) => (holder ? [node] : [])))
  const taken = new Set(ports.flatMap(({ node, port }) => (stuck.has(node) ? [] : [port])))
  const isFree = async (port: number): Promise<boolean> =>
    !taken.has(port) && (own.has(port) || (await probe(port, deps)) === undefined)
  const nodes = [
    ...spec.nameservers.map((node) => ({
      key: nodeKey.nameserver(node),
      port: node.port,
      step: 1
    })),
    ...spec.brokers.map((node) => ({
      key: nodeKey.broker(node),
      port: node.port,
      step: BROKER_PORT_STEP
    })),
    ...(spec.proxy ? [{ key: nodeKey.proxy, port: spec.proxy.port, step: 1 }] : [])
  ]
  const free: PortPlanView['free'] = []
  for (const { key, port: wanted, step } of nodes) {
    if (!stuck.has(key)) continue
    const blockOf = (port: number): number[] =>
      step === 1 ? [port] : brokerPorts(port).map(([, derived]) => derived)
    const found = await firstFree(wanted, step, blockOf, isFree)
    if (found === undefined) continue
    for (const port of blockOf(found)) taken.add(port)
    free.push({ node: key, port: found })
  }
  return free
}

const firstFree = async (
  wanted: number,
  step: number,
  blockOf: (port: number) => readonly number[],
  isFree: (port: number) => Promise<boolean>
): Promise<number | undefined> => {
  for (let n = 1; n <= MAX_BLOCKS; n++) {
    const port = wanted + n * step
    if (port + 1 > MAX_PORT) return undefined
    const answers: boolean[] = []
    for (const one of blockOf(port)) {
      answers.push(await isFree(one))
      if (!answers.at(-1)) break
    }
    if (answers.every(Boolean)) return port
  }
  return undefined
}
