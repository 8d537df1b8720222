/** The broker properties a person saved, under those this run was started with; what the next start of a broker uses. */
import { checkProperty } from '../broker/brokerConfig'
import type { BrokerPropertiesDoc } from '../meta/installationMeta'
import type { Collection } from '../meta/collection'
import { FIRST_CLUSTER } from './dataFolder'

interface Deps {
  collection: Pick<Collection<BrokerPropertiesDoc>, 'get' | 'put'>
  /** `--set`: for every broker, not saved; a later save of the same key wins. */
  overrides: ReadonlyMap<string, string>
  /** Number of the saved cluster whose brokers are meant. */
  cluster: number
}

/** Under which a broker's are kept; those of the first cluster as when there was only one. */
export const propertiesKey = (cluster: number, id: string): string =>
  cluster === FIRST_CLUSTER ? id : `${cluster}/${id}`

export class SavedProperties {
  /** Per broker the overrides a person has since replaced. */
  private readonly replaced = new Map<string, Set<string>>()
  private cluster: number

  constructor(private readonly deps: Deps) {
    this.cluster = deps.cluster
  }

  /** From now on the brokers of this saved cluster are meant. */
  use(cluster: number): void {
    this.cluster = cluster
  }

  /** What was chosen for a broker; every other property has its default. */
  of(id: string): ReadonlyMap<string, string> {
    const replaced = this.replaced.get(this.keyOf(id))
    const overrides = [...this.deps.overrides].filter(([key]) => !replaced?.has(key))
    return new Map([...this.saved(id), ...overrides])
  }

  /** A null goes back to the default. Resolves when it is on disk. */
  async save(id: string, changes: ReadonlyMap<string, string | null>): Promise<void> {
    const next = new Map(this.saved(id))
    for (const [key, value] of changes) {
      if (value === null) next.delete(key)
      else next.set(key, value)
    }
    await this.deps.collection.put(this.keyOf(id), { id, properties: [...next] })
    const replaced = this.replaced.get(this.keyOf(id)) ?? new Set()
    for (const key of changes.keys()) replaced.add(key)
    this.replaced.set(this.keyOf(id), replaced)
  }

  private keyOf(id: string): string {
    return propertiesKey(this.cluster, id)
  }

  /** What an older or newer version saved and this one does not take is left out, so that the broker starts. */
  private saved(id: string): ReadonlyMap<string, string> {
    const properties = this.deps.collection.get(this.keyOf(id))?.properties ?? []
    return new Map(properties.filter(([key, value]) => checkProperty(key, value) === undefined))
  }
}
