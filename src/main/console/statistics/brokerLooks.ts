/** Asks every broker once a second how it is; one that does not answer keeps nobody else waiting. */
import type { Admin } from '../../admin/admin'
import type { BrokerRef } from '../../admin/adminCall'
import type { RealTime } from '../../base/clock'
import { readBroker, type BrokerReading } from './brokerReading'
import type { Rates } from './rates'

/** Brokers asked; a cluster of more has the first by name. */
export const MAX_BROKERS = 64
/** Brokers come and go: the nameservers are asked this often. */
export const BROKER_LIST_MS = 5000
/** An older answer says nothing of now. */
export const BROKER_FRESH_MS = 3000
/** Over a longer time a rate would be a guess. */
const MAX_RATE_MS = 10_000

/** Per second, besides what it says itself; absent until it was asked twice. */
export interface BrokerLook extends BrokerReading {
  id: string
  /** Monotonic. */
  at: number
  produce?: number
  consume?: number
  errors?: number
}

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  rates: Rates
  onProblem: (error: unknown) => void
  onAnswer: (look: BrokerLook) => void
}

export class BrokerLooks {
  readonly looks = new Map<string, BrokerLook>()
  private brokers: readonly BrokerRef[] = []
  private listedAt = -Infinity
  private readonly asking = new Set<string>()
  private isListing = false

  constructor(private readonly deps: Deps) {}

  /** Begins to ask all that are not being asked. */
  tick(admin: Pick<Admin, 'listBrokers' | 'fetchBrokerRuntimeStats'>): void {
    const now = this.deps.clock.monotonic()
    if (now - this.listedAt >= BROKER_LIST_MS) void this.list(admin, now)
    for (const broker of this.brokers) void this.ask(admin, broker)
  }

  fresh(): BrokerLook[] {
    const now = this.deps.clock.monotonic()
    return [...this.looks.values()].filter(({ at }) => now - at <= BROKER_FRESH_MS)
  }

  private async list(admin: Pick<Admin, 'listBrokers'>, now: number): Promise<void> {
    if (this.isListing) return
    this.isListing = true
    try {
      this.brokers = (await admin.listBrokers()).slice(0, MAX_BROKERS)
      const isFirst = this.listedAt === -Infinity
      this.listedAt = now
      const ids = new Set(this.brokers.map(idOf))
      for (const id of this.looks.keys()) if (!ids.has(id)) this.looks.delete(id)
      if (isFirst && this.brokers.length === 0) this.listedAt = -Infinity
    } catch (error) {
      this.deps.onProblem(error)
    } finally {
      this.isListing = false
    }
  }

  private async ask(
    admin: Pick<Admin, 'fetchBrokerRuntimeStats'>,
    broker: BrokerRef
  ): Promise<void> {
    const { clock, rates, onAnswer, onProblem } = this.deps
    const id = idOf(broker)
    if (this.asking.has(id)) return
    this.asking.add(id)
    try {
      const reading = readBroker(broker, await admin.fetchBrokerRuntimeStats(broker.address))
      const at = clock.monotonic()
      const rate = (name: string, counter: number): number | undefined =>
        rates.rate(`${name} ${id} ${reading.startedAt}`, counter, at, MAX_RATE_MS)
      const produce = rate('put', reading.produced)
      const consume = rate('get', reading.consumed)
      const errors = rate('failed', reading.failed)
      const look: BrokerLook = {
        ...reading,
        ...{ id, at },
        ...(produce !== undefined && { produce }),
        ...(consume !== undefined && { consume }),
        ...(errors !== undefined && { errors })
      }
      this.looks.set(id, look)
      onAnswer(look)
    } catch (error) {
      onProblem(error)
    } finally {
      this.asking.delete(id)
    }
  }
}

export const idOf = ({ brokerName, brokerId }: BrokerRef): string => `${brokerName}:${brokerId}`
