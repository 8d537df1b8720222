/** Which cluster the console looks at: one at a time, for all its windows (ADR 28). A call keeps the one it began with. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ConnectionDraft, ConnectionTestQuery } from '../../../shared/connectionDrafts'
import {
  THIS_MACHINE,
  type ConnectionsView,
  type ConnectionTest,
  type ConnectionView
} from '../../../shared/connectionViews'
import type { Problem } from '../../../shared/views'
import type { Admin } from '../../admin/admin'
import type { Disposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import type { Supervisor } from '../../cluster/supervisor'
import type { Collection } from '../../meta/collection'
import type { ConnectionDoc } from '../../meta/installationMeta'
import { toProblem, type KnownCluster } from '../problems'
import { SavedConnections } from './savedConnections'
import { connectTo, isLocal, type ConnectDeps, type Target } from './target'
import { testConnection } from './testConnection'

/** The one in use is asked so often whether it is there, while somebody looks. */
export const LOOK_EVERY_MS = 5000

interface Deps extends ConnectDeps {
  local: Admin
  supervisor: Pick<Supervisor, 'namesrvAddresses' | 'brokerStatuses' | 'clusterClock' | 'inner'>
  connections: Pick<Collection<ConnectionDoc>, 'all' | 'get' | 'put' | 'remove'>
}

/** A call of the admin goes to the cluster its caller began with. */
const adminOf = (local: Admin, current: () => Admin): Admin =>
  Object.fromEntries(
    (Object.keys(local) as (keyof Admin)[]).map((name) => [
      name,
      (...args: unknown[]) => (current()[name] as (...args: unknown[]) => unknown)(...args)
    ])
  ) as Admin

export class Connections {
  readonly saved: SavedConnections
  /** Goes where the call it is used in goes. */
  readonly admin: Admin
  /** Another one is in use, the list changed, or the one in use came or went. */
  readonly changed = new Emitter<void>()
  /** Another one is in use. */
  readonly switched = new Emitter<void>()
  private readonly local: Target
  private current: Target
  private problem: Problem | undefined
  private readonly begun = new AsyncLocalStorage<Target>()

  constructor(private readonly deps: Deps) {
    this.saved = new SavedConnections(deps.connections)
    this.local = {
      number: THIS_MACHINE,
      name: '',
      admin: deps.local,
      namesrvAddresses: () => deps.supervisor.namesrvAddresses(),
      clientOptions: {
        clock: deps.supervisor.clusterClock.time,
        credentials: deps.supervisor.inner
      },
      close: () => undefined
    }
    this.current = this.local
    this.admin = adminOf(deps.local, () => this.target.admin)
  }

  /** Of the call under way, else the one in use. */
  get target(): Target {
    return this.begun.getStore() ?? this.current
  }

  /** The one in use, whatever call is under way. */
  get inUse(): Target {
    return this.current
  }

  get isExternal(): boolean {
    return !isLocal(this.target)
  }

  /** What it asks goes to one cluster, whatever happens meanwhile. */
  during<T>(work: () => T): T {
    return this.begun.run(this.target, work)
  }

  /** Who is who in the cluster of a call, for the texts of problems. */
  known(): KnownCluster {
    return {
      namesrvAddresses: () => [...this.target.namesrvAddresses()],
      brokerStatuses: () => (this.isExternal ? [] : this.deps.supervisor.brokerStatuses())
    }
  }

  list(): ConnectionsView {
    return {
      connections: this.saved.list(),
      current: this.current.number,
      ...(this.problem && { problem: this.problem })
    }
  }

  /** The one in use goes on with what is saved now. */
  async save(draft: ConnectionDraft): Promise<ConnectionView> {
    const view = await this.saved.save(draft)
    if (view.number === this.current.number) this.switchTo(this.open(view.number))
    this.changed.emit()
    return view
  }

  /** The console goes back to this machine where it was in use. */
  async remove(number: number): Promise<void> {
    await this.saved.remove(number)
    if (number === this.current.number) this.switchTo(this.local)
    this.changed.emit()
  }

  /** Nothing is asked of it yet: one that is away is in use all the same, and says so. */
  async use(number: number): Promise<ConnectionsView> {
    if (number !== this.current.number) {
      this.switchTo(number === THIS_MACHINE ? this.local : this.open(number))
      this.changed.emit()
    }
    await this.look()
    return this.list()
  }

  async test(query: ConnectionTestQuery): Promise<ConnectionTest> {
    const { clock, log } = this.deps
    const settings = this.saved.settings(query)
    const { client, namesrvAddresses, close } = connectTo(this.deps, settings)
    const cluster: KnownCluster = {
      namesrvAddresses: () => [...namesrvAddresses()],
      brokerStatuses: () => []
    }
    const context = { method: 'connection.test', params: undefined, cluster, log }
    try {
      return await testConnection(
        { clock: clock.real, client, toProblem: (error) => toProblem(error, context) },
        settings.namesrvAddresses
      )
    } finally {
      close()
    }
  }

  /** Whether the one in use is there. */
  async look(): Promise<void> {
    const asked = this.current
    if (isLocal(asked)) return
    const found = await this.begun.run(asked, () => this.ask())
    // Another one took its place meanwhile.
    if (asked !== this.current) return
    if (found?.code === this.problem?.code && found?.message === this.problem?.message) return
    this.problem = found
    this.changed.emit()
  }

  watch(): Disposable {
    return this.deps.clock.real.every(LOOK_EVERY_MS, () => void this.look())
  }

  close(): void {
    this.current.close()
  }

  private async ask(): Promise<Problem | undefined> {
    const context = {
      ...{ method: 'connection.list', params: undefined },
      ...{ cluster: this.known(), log: this.deps.log }
    }
    try {
      await this.target.admin.examineBrokerClusterInfo()
      return undefined
    } catch (error) {
      return toProblem(error, context)
    }
  }

  private open(number: number): Target {
    const doc = this.saved.get(number)
    const { admin, namesrvAddresses, clientOptions, close } = connectTo(this.deps, doc)
    return { number, name: doc.name, admin, namesrvAddresses, clientOptions, close }
  }

  /** Calls under way to the one before fail; none of them goes on with another cluster. */
  private switchTo(next: Target): void {
    const before = this.current
    this.current = next
    this.problem = undefined
    before.close()
    this.switched.emit()
  }
}
