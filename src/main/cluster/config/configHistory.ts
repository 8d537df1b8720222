/** Every version of every node's configuration: who changed it, when, and what the file said. */
import type { ConfigAuthor, NodeKind } from '../../../shared/configViews'
import { MAX_CONFIG_VERSIONS } from '../../../shared/limits'
import { valuesIn } from '../../base/properties/configDocument'
import type { PropertyTable } from '../../base/properties/propertyTable'
import type { Collection } from '../../meta/collection'
import type { ConfigVersionDoc } from '../../meta/installationMeta'

/** What a version says: the saved properties, and the file as it was written. */
export interface ConfigVersion {
  /** From 1. */
  readonly version: number
  /** Machine time, milliseconds since the epoch. */
  readonly at: number
  readonly by: ConfigAuthor
  readonly properties: ReadonlyMap<string, string>
  readonly text: string
}

/** One change as it is recorded. */
export interface ConfigRecord {
  readonly by: ConfigAuthor
  readonly before: ReadonlyMap<string, string>
  readonly after: ReadonlyMap<string, string>
  /** The file as a person wrote it; without it, the last one with the changes worked in. */
  readonly text?: string | undefined
}

interface Deps {
  table: Pick<PropertyTable, 'of' | 'document'>
  collection: Pick<Collection<ConfigVersionDoc>, 'all' | 'putAll' | 'removeAll'>
  clock: { wall(): number }
  kind: NodeKind
}

/** Nodes are named as their properties are kept: by cluster and id. */
export class ConfigHistory {
  private readonly byNode = new Map<string, ConfigVersion[]>()

  constructor(private readonly deps: Deps) {
    for (const [, doc] of deps.collection.all()) {
      if (doc.kind !== deps.kind) continue
      const { version, at, by, text } = doc
      const entry = { version, at, by, text, properties: new Map(doc.properties) }
      this.of(doc.node).push(entry)
    }
    for (const versions of this.byNode.values()) versions.sort((a, b) => a.version - b.version)
  }

  /** Oldest first. */
  versions(node: string): readonly ConfigVersion[] {
    return this.of(node)
  }

  /** The file that says what is saved: the last one written, brought up to date. */
  text(node: string, saved: ReadonlyMap<string, string>): string {
    return this.upToDate(this.of(node).at(-1)?.text ?? '', saved)
  }

  /** The first change also keeps what was before it, so that it can be undone. At the limit the oldest version goes. */
  async record(node: string, { by, before, after, text }: ConfigRecord): Promise<void> {
    const versions = this.of(node)
    const at = this.deps.clock.wall()
    const last = versions.at(-1)
    const added: ConfigVersion[] = []
    let version = (last?.version ?? 0) + 1
    if (!last) {
      const start = this.upToDate('', before)
      added.push({ version: version++, at, by: 'start', properties: before, text: start })
    }
    const written = text ?? this.upToDate(last?.text ?? '', after)
    added.push({ version, at, by, properties: after, text: written })
    const { kind } = this.deps
    await this.deps.collection.putAll(added.map((entry) => this.docOf(kind, node, entry)))
    versions.push(...added)
    const surplus = versions.splice(0, Math.max(0, versions.length - MAX_CONFIG_VERSIONS))
    await this.deps.collection.removeAll(surplus.map((old) => this.keyOf(node, old.version)))
  }

  /** Nodes that are called otherwise take their versions along; those without a new name lose them. */
  async rename(names: readonly (readonly [from: string, to: string | undefined])[]): Promise<void> {
    const moved = names.map(([from, to]) => [from, to, this.of(from)] as const)
    for (const [from] of moved) this.byNode.delete(from)
    for (const [, to, versions] of moved)
      if (to !== undefined && versions.length > 0) this.byNode.set(to, versions)
    const { collection, kind } = this.deps
    await collection.removeAll(
      moved.flatMap(([from, , versions]) =>
        versions.map(({ version }) => this.keyOf(from, version))
      )
    )
    await collection.putAll(
      moved.flatMap(([, node, versions]) =>
        node === undefined ? [] : versions.map((entry) => this.docOf(kind, node, entry))
      )
    )
  }

  private docOf(
    kind: NodeKind,
    node: string,
    entry: ConfigVersion
  ): readonly [string, ConfigVersionDoc] {
    const doc = { ...entry, kind, node, properties: [...entry.properties] as [string, string][] }
    return [this.keyOf(node, entry.version), doc]
  }

  private of(node: string): ConfigVersion[] {
    let versions = this.byNode.get(node)
    if (!versions) this.byNode.set(node, (versions = []))
    return versions
  }

  private keyOf(node: string, version: number): string {
    return `${this.deps.kind}/${node}#${version}`
  }

  /** Lines of what the cluster decides stay; those of properties no longer saved go. */
  private upToDate(text: string, saved: ReadonlyMap<string, string>): string {
    const { table } = this.deps
    const changes = new Map<string, string | null>(saved)
    for (const key of valuesIn(table.document, text).keys())
      if (!saved.has(key) && !table.of(key)?.readOnly) changes.set(key, null)
    return table.document.edit(text, changes)
  }
}
