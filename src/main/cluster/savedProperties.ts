/** The properties saved for the nodes of one kind, under those this run was started with; what their next start uses. */
import type { ConfigAuthor } from '../../shared/configViews'
import { toDisposable, type Disposable } from '../base/disposable'
import type { PropertyTable } from '../base/properties/propertyTable'
import type { BrokerPropertiesDoc } from '../meta/installationMeta'
import type { Collection } from '../meta/collection'
import type { ConfigHistory } from './config/configHistory'
import { FIRST_CLUSTER } from './dataFolder'

interface Deps {
  table: Pick<PropertyTable, 'check'>
  collection: Pick<Collection<BrokerPropertiesDoc>, 'get' | 'put' | 'removeAll'>
  /** `--set`: for every broker, not saved; a later save of the same key wins. */
  overrides: ReadonlyMap<string, string>
  /** Number of the saved cluster whose nodes are meant. */
  cluster: number
  history: Pick<ConfigHistory, 'record' | 'rename'>
}

type Changes = ReadonlyMap<string, string | null>

/** What nodes were called and are now; undefined for those that are gone. */
export type Renames = readonly (readonly [from: string, to: string | undefined])[]

/** Who changes, and the file as a person wrote it, where that is what was changed. */
interface Cause {
  by: ConfigAuthor
  text?: string
}

/** Under which a node's are kept; those of the first cluster as when there was only one. */
export const propertiesKey = (cluster: number, id: string): string =>
  cluster === FIRST_CLUSTER ? id : `${cluster}/${id}`

export class SavedProperties {
  /** Per node the overrides a person has since replaced. */
  private readonly replaced = new Map<string, Set<string>>()
  /** Per node what the window is sending to it just now: heard back, that is no change of its own. */
  private readonly announced = new Map<string, ReadonlyMap<string, string>>()
  private cluster: number

  constructor(private readonly deps: Deps) {
    this.cluster = deps.cluster
  }

  /** From now on the nodes of this saved cluster are meant. */
  use(cluster: number): void {
    this.cluster = cluster
  }

  /** What was chosen for a node; every other property has its default. */
  of(id: string): ReadonlyMap<string, string> {
    const replaced = this.replaced.get(this.keyOf(id))
    const overrides = [...this.deps.overrides].filter(([key]) => !replaced?.has(key))
    return new Map([...this.saved(id), ...overrides])
  }

  /** What is on disk for a node; undefined where nothing was ever saved. What this version does not take is left out, so that the node starts. */
  find(id: string): ReadonlyMap<string, string> | undefined {
    const properties = this.deps.collection.get(this.keyOf(id))?.properties
    return properties && new Map(properties.filter(([key, value]) => !this.deps.table.check(key, value))) // prettier-ignore
  }

  /** A null goes back to the default. Resolves when it is on disk, as a new version. */
  async save(id: string, changes: Changes, cause: Cause = { by: 'window' }): Promise<void> {
    const before = this.saved(id)
    const after = new Map(before)
    for (const [key, value] of changes) {
      if (value === null) after.delete(key)
      else after.set(key, value)
    }
    const isChanged = !isSame(before, after)
    if (isChanged) await this.put(id, after)
    const replaced = this.replaced.get(this.keyOf(id)) ?? new Set()
    for (const key of changes.keys()) replaced.add(key)
    this.replaced.set(this.keyOf(id), replaced)
    if (isChanged || cause.text !== undefined)
      await this.deps.history.record(this.keyOf(id), { ...cause, before, after })
  }

  /** Changed over the wire, by somebody else or as the window announced it. */
  async saveFromWire(id: string, changed: Readonly<Record<string, string>>): Promise<void> {
    const announced = this.announced.get(this.keyOf(id))
    const news = Object.entries(changed).filter(([key, value]) => announced?.get(key) !== value)
    if (news.length > 0) await this.save(id, new Map(news), { by: 'wire' })
  }

  /** The window sends these to the node and will save them itself; dispose when it has. */
  announce(id: string, changes: ReadonlyMap<string, string>): Disposable {
    const key = this.keyOf(id)
    this.announced.set(key, changes)
    return toDisposable(() => this.announced.delete(key))
  }

  /** What a node kept itself before it was kept here; no change, and no version. */
  async adopt(id: string, properties: ReadonlyMap<string, string>): Promise<void> {
    if (properties.size > 0 && !this.find(id)) await this.put(id, properties)
  }

  private saved(id: string): ReadonlyMap<string, string> {
    return this.find(id) ?? new Map()
  }

  private put(id: string, properties: ReadonlyMap<string, string>): Promise<void> {
    return this.deps.collection.put(this.keyOf(id), { id, properties: [...properties] })
  }

  /** All that is saved of a node, of whatever cluster, as one more version. */
  async replace(cluster: number, id: string, after: ReadonlyMap<string, string>): Promise<void> {
    const { collection, history } = this.deps
    const key = propertiesKey(cluster, id)
    const before = new Map(collection.get(key)?.properties)
    if (isSame(before, after)) return
    await collection.put(key, { id, properties: [...after] })
    await history.record(key, { by: 'import', before, after })
  }

  /** Nodes that are called otherwise keep theirs, with the history; those without a new name lose both. */
  async rename(cluster: number, names: Renames): Promise<void> {
    const { collection, history } = this.deps
    const keys = names.map(
      ([from, to]) =>
        [propertiesKey(cluster, from), to === undefined ? to : propertiesKey(cluster, to)] as const
    )
    const docs = keys.map(([from]) => collection.get(from)?.properties)
    // First put, then removed: a crash in between leaves one too many, never one too few.
    for (const [i, [, id]] of names.entries()) {
      const properties = docs[i]
      const to = keys[i]?.[1]
      if (properties && id !== undefined && to !== undefined)
        await collection.put(to, { id, properties })
    }
    const kept = new Set(keys.map(([, to]) => to))
    await collection.removeAll(keys.map(([from]) => from).filter((from) => !kept.has(from)))
    await history.rename(keys)
  }

  /** Under which a node's properties and their history are kept. */
  keyOf(id: string): string {
    return propertiesKey(this.cluster, id)
  }
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
