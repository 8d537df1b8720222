/**
 * Knocks at every port of every address as a client would and says what it met. It speaks from this machine to itself:
 * a firewall that lets this machine in and others not cannot be seen from here.
 */
import type {
  AddressProbe,
  AddressTest,
  PortProbe,
  PortPurpose,
  ProbeOutcome,
  ProbeReason,
  ToldAddress
} from '../../../shared/addressViews'
import { listensAt } from '../../base/bindAddresses'
import type { RealTime } from '../../base/clock'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import type { RemotingClient } from '../../remoting/client'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'

/** Addresses tested in one go, the default route's first. */
export const MAX_TESTED_ADDRESSES = 16
/** Connections under way at a time. */
export const MAX_PROBES = 32
/** Who has accepted a connection answers a RocketMQ request within this. */
export const ANSWER_TIMEOUT_MS = 2000

/** A port of a node, as it is or would be. */
export interface TestedPort {
  nodeId: string
  purpose: PortPurpose
  port: number
  isRunning: boolean
  /** Where the node listens, by its start. */
  host: string
  /** It was started with another setting than the present one. */
  isStale: boolean
}

type Client = Pick<RemotingClient, 'connectionTo' | 'close'>

interface Deps {
  /** New for each test: a connection that is open already proves nothing. */
  openClient: () => Client
  clock: RealTime
}

interface Met {
  outcome: ProbeOutcome
  detail?: string
}

const literal = (address: string): string => (address.includes(':') ? `[${address}]` : address)

const causeOf = (error: unknown): unknown =>
  error instanceof RemotingConnectError ? error.cause : error

/** By what the system says of a connection that did not come about. */
const outcomeOf = (error: unknown): Met => {
  const cause = causeOf(error)
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  const detail = code ?? (typeof cause === 'string' ? cause : String(error))
  if (code === 'ECONNREFUSED') return { outcome: 'refused', detail }
  if (code === undefined || code === 'ETIMEDOUT') return { outcome: 'filtered', detail }
  return { outcome: 'unreachable', detail }
}

const reasonOf = (outcome: ProbeOutcome, address: string, port: TestedPort): ProbeReason => {
  if (outcome === 'reachable') return 'ok'
  if (outcome === 'foreign') return 'foreign'
  if (outcome === 'filtered') return 'firewall'
  if (outcome === 'unreachable') return 'noWay'
  if (!port.isRunning) return 'nodeDown'
  if (port.purpose === 'ha') return 'haIsShut'
  if (!listensAt(port.host, address)) return port.isStale ? 'restartNeeded' : 'loopbackOnly'
  return port.purpose === 'vip' ? 'vipOff' : 'nothingListens'
}

/** Runs at most `limit` at a time, in order. */
const eachOf = async <T>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<void>
): Promise<void> => {
  const waiting = items.values()
  const worker = async (): Promise<void> => {
    for (const item of waiting) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
}

export const runSelfTest = async (
  { openClient, clock }: Deps,
  addresses: readonly string[],
  ports: readonly TestedPort[]
): Promise<AddressTest> => {
  const client = openClient()
  try {
    return await new SelfTest(client, clock).run(addresses, ports)
  } finally {
    client.close()
  }
}

class SelfTest {
  constructor(
    private readonly client: Client,
    private readonly clock: RealTime
  ) {}

  async run(addresses: readonly string[], ports: readonly TestedPort[]): Promise<AddressTest> {
    const tested = addresses.slice(0, MAX_TESTED_ADDRESSES)
    const results = tested.map((address): AddressProbe => ({ address, ports: [], told: [] }))
    const knocks = results.flatMap((result) => ports.map((port) => ({ result, port })))
    await eachOf(knocks, MAX_PROBES, async ({ result, port }) => {
      result.ports.push(await this.probe(result.address, port))
    })
    await eachOf(results, MAX_PROBES, async (result) => {
      const namesrv = result.ports.find(
        ({ purpose, outcome }) => purpose === 'namesrv' && outcome === 'reachable'
      )
      if (namesrv) result.told = await this.toldAt(`${literal(result.address)}:${namesrv.port}`)
      const order = (probe: PortProbe): number =>
        ports.findIndex(
          ({ nodeId, purpose }) => nodeId === probe.nodeId && purpose === probe.purpose
        )
      result.ports.sort((a, b) => order(a) - order(b))
    })
    return { at: this.clock.wall(), addresses: results, left: addresses.length - tested.length }
  }

  private async probe(address: string, port: TestedPort): Promise<PortProbe> {
    const { clock } = this
    const { nodeId, purpose } = port
    const startedAt = clock.monotonic()
    const met = await this.knock(`${literal(address)}:${port.port}`, purpose)
    const reason = reasonOf(met.outcome, address, port)
    const tookMs = Math.round(clock.monotonic() - startedAt)
    return { nodeId, purpose, port: port.port, ...met, reason, tookMs }
  }

  /** Any request will do: every RocketMQ server answers every code. */
  private async knock(address: string, purpose: PortPurpose): Promise<Met> {
    try {
      const connection = await this.client.connectionTo(address)
      // A replication link and gRPC are other protocols: that somebody accepts is all there is to see.
      if (purpose === 'ha' || purpose === 'grpc') {
        connection.end()
        return { outcome: 'reachable' }
      }
      const code = RequestCode[purpose === 'namesrv' ? 'GET_BROKER_CLUSTER_INFO' : 'GET_BROKER_RUNTIME_INFO'] // prettier-ignore
      return await connection.request({ code }, ANSWER_TIMEOUT_MS).then(
        (): Met => ({ outcome: 'reachable' }),
        (error: unknown): Met => {
          connection.destroy()
          const detail = error instanceof RemotingTimeoutError ? 'it does not answer' : 'it hung up'
          return { outcome: 'foreign', detail }
        }
      )
    } catch (error) {
      return outcomeOf(error)
    }
  }

  /** What a client is told that comes to a nameserver by this address. */
  private async toldAt(namesrv: string): Promise<ToldAddress[]> {
    try {
      const connection = await this.client.connectionTo(namesrv)
      const request = { code: RequestCode.GET_BROKER_CLUSTER_INFO }
      const { body } = await connection.request(request, ANSWER_TIMEOUT_MS)
      if (!body) return []
      const told = brokerAddresses(readJsonBody(body, 'the brokers of a nameserver'))
      const known = new Map<string, Promise<Met>>()
      return await Promise.all(
        told.map(async (entry) => {
          const knocking = known.get(entry.address) ?? this.knock(entry.address, 'broker')
          known.set(entry.address, knocking)
          return { ...entry, outcome: (await knocking).outcome }
        })
      )
    } catch {
      return [] // it went away while it was asked; the ports say so
    }
  }
}

const brokerAddresses = (body: unknown): Omit<ToldAddress, 'outcome'>[] => {
  const { brokerAddrTable = {} } = (body ?? {}) as {
    brokerAddrTable?: Record<string, { brokerAddrs?: Record<string, unknown> }>
  }
  return Object.entries(brokerAddrTable).flatMap(([brokerName, { brokerAddrs = {} }]) =>
    Object.entries(brokerAddrs).flatMap(([id, address]) =>
      typeof address === 'string' ? [{ brokerName, brokerId: Number(id), address }] : []
    )
  )
}
