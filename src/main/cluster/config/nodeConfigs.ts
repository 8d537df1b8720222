/** Reads and changes the configuration of any node of the cluster: saved with its history, and sent where it acts at once. */
import type {
  ConfigAuthor,
  ConfigChange,
  ConfigCheck,
  ConfigSaved,
  ConfigVersionView,
  ConfigView,
  NodeKind
} from '../../../shared/configViews'
import { valuesIn } from '../../base/properties/configDocument'
import type { PropertyTable } from '../../base/properties/propertyTable'
import { ProblemError } from '../problem'
import type { NameserverStatus, Supervisor } from '../supervisor'
import { changesBetween, checkConfigText, refuseBadLines } from './checkConfigText'
import type { ConfigVersion } from './configHistory'
import { hotChanges, isRestartNeeded, propertyViews, refuseBadChanges } from './nodeSettings'
import { configTables, type SavedConfigs } from './savedConfigs'

interface Deps {
  supervisor: Pick<Supervisor, 'nameserverStatuses' | 'brokerStatuses' | 'proxyStatuses'>
  configs: Readonly<Record<NodeKind, SavedConfigs>>
  /** Sends UPDATE_BROKER_CONFIG or UPDATE_NAMESRV_CONFIG. */
  send: (kind: NodeKind, address: string, properties: ReadonlyMap<string, string>) => Promise<void>
}

type Changes = ReadonlyMap<string, string | null>

interface Node extends SavedConfigs {
  kind: NodeKind
  table: PropertyTable
  status: NameserverStatus
}

export class NodeConfigs {
  constructor(private readonly deps: Deps) {}

  /** @throws ProblemError NODE_NOT_FOUND. */
  view(id: string): ConfigView {
    const node = this.find(id)
    const { kind, table, status } = node
    const chosen = this.chosen(node)
    return {
      id,
      kind,
      state: status.state,
      properties: propertyViews({
        table,
        chosen,
        running: status.properties,
        decided: status.decided
      }),
      text: this.text(node),
      restartNeeded: isRestartNeeded(chosen, status.properties, table)
    }
  }

  /** Saved properties differ from those it runs with. */
  restartNeeded(id: string): boolean {
    const node = this.find(id)
    return isRestartNeeded(this.chosen(node), node.status.properties, node.table)
  }

  check(id: string, text: string): ConfigCheck {
    const { lines, changes } = this.judge(this.find(id), text)
    return { lines, changes }
  }

  /** @throws ProblemError UNKNOWN_PROPERTY or INVALID_PROPERTY; nothing is saved then. */
  async save(
    id: string,
    properties: Readonly<Record<string, string | null>>
  ): Promise<ConfigSaved> {
    const node = this.find(id)
    const changes = new Map(Object.entries(properties))
    refuseBadChanges(changes, node.table)
    return this.apply(node, changes, 'window')
  }

  /** The whole file: what it does not name goes back to its default. @throws ProblemError CONFIG_REFUSED, CONFIG_TOO_LARGE. */
  async saveText(id: string, text: string, by: ConfigAuthor): Promise<ConfigSaved> {
    const node = this.find(id)
    const { lines, changes } = this.judge(node, text)
    refuseBadLines(lines)
    const chosen = new Map(changes.map(({ key, after }) => [key, after]))
    return this.apply(node, chosen, by, text)
  }

  /** Newest first, each with what it changed. */
  history(id: string): ConfigVersionView[] {
    const node = this.find(id)
    const { table } = node
    const versions = this.versions(node)
    return versions
      .map(({ version, at, by, properties }, index): ConfigVersionView => {
        const before = versions[index - 1]?.properties
        return { version, at, by, changes: before ? changesBetween(before, properties, table) : [] }
      })
      .reverse()
  }

  /** The file of a version. @throws ProblemError CONFIG_VERSION_NOT_FOUND. */
  versionText(id: string, version: number): string {
    return this.version(this.find(id), version).text
  }

  /** Makes a version the newest one again, as a new version. */
  async restore(id: string, version: number): Promise<ConfigSaved> {
    const node = this.find(id)
    const { properties, text } = this.version(node, version)
    const now = this.chosen(node)
    const changes: ConfigChange[] = changesBetween(now, properties, node.table)
    const still = changes.filter(
      ({ key, after }) => after === null || !node.table.check(key, after)
    )
    return this.apply(node, new Map(still.map(({ key, after }) => [key, after])), 'undo', text)
  }

  /** Every property that takes effect, and those set without, one a line: to be compared. */
  listing(id: string): string {
    const node = this.find(id)
    const { table, status } = node
    return listingOf(table, this.chosen(node), status.decided)
  }

  versionListing(id: string, version: number): string {
    const node = this.find(id)
    return listingOf(node.table, this.version(node, version).properties, node.status.decided)
  }

  /** All at their defaults. */
  defaultListing(id: string): string {
    const { table, status } = this.find(id)
    return listingOf(table, new Map(), status.decided)
  }

  /** What is saved for a node, overrides of this run included. */
  chosenOf(id: string): ReadonlyMap<string, string> {
    return this.chosen(this.find(id))
  }

  private async apply(
    node: Node,
    changes: Changes,
    by: ConfigAuthor,
    text?: string
  ): Promise<ConfigSaved> {
    const { kind, table, saved, status } = node
    const { id, state, address, savedAs } = status
    const isRunning = state === 'running'
    const hot = hotChanges(changes, table)
    const announced = saved.announce(savedAs, hot)
    try {
      // The node first: what it refuses is not saved.
      if (isRunning && hot.size > 0) await this.deps.send(kind, address, hot)
      await saved.save(savedAs, changes, { by, ...(text !== undefined && { text }) })
    } finally {
      announced.dispose()
    }
    const view = this.view(id)
    const waits = ({ value, runningValue }: ConfigView['properties'][number]): boolean =>
      runningValue !== undefined && runningValue !== value
    return {
      view,
      applied: isRunning ? [...hot.keys()].filter((key) => !table.of(key)?.inert) : [],
      waiting: view.properties.filter(waits).map(({ key }) => key)
    }
  }

  private judge(node: Node, text: string) {
    const decided = new Map(Object.entries(this.actual(node)))
    return checkConfigText(text, { table: node.table, saved: this.chosen(node), decided })
  }

  private chosen({ saved, status }: Node): ReadonlyMap<string, string> {
    return saved.of(status.savedAs)
  }

  /** What the cluster decides, also what only shows while the node runs. */
  private actual({ status, table }: Node): Record<string, string> {
    const running = [...(status.properties ?? [])].filter(([key]) => table.of(key)?.readOnly)
    return { ...Object.fromEntries(running), ...status.decided }
  }

  /** The last file written, brought up to date; the first one tells what the cluster decides. */
  private text(node: Node): string {
    const { history, saved, status, table } = node
    const { document } = table
    if (this.versions(node).length === 0)
      return document.edit('', new Map([...Object.entries(status.decided), ...this.chosen(node)]))
    const written = history.text(saved.keyOf(status.savedAs), this.chosen(node))
    const named = valuesIn(document, written)
    const facts = Object.entries(this.actual(node)).filter(([key]) => named.has(key))
    return document.edit(written, new Map(facts))
  }

  private versions({ history, saved, status }: Node): readonly ConfigVersion[] {
    return history.versions(saved.keyOf(status.savedAs))
  }

  private version(node: Node, version: number): ConfigVersion {
    const found = this.versions(node).find((entry) => entry.version === version)
    if (found) return found
    const { id } = node.status
    throw new ProblemError(
      'CONFIG_VERSION_NOT_FOUND',
      { id, version },
      `there is no version ${version} of the configuration of ${id}`
    )
  }

  private find(id: string): Node {
    const { supervisor, configs } = this.deps
    const of = (kind: NodeKind, statuses: readonly NameserverStatus[]): Node | undefined => {
      const status = statuses.find((entry) => entry.id === id)
      return status && { kind, table: configTables[kind], status, ...configs[kind] }
    }
    const node =
      of('broker', supervisor.brokerStatuses()) ??
      of('namesrv', supervisor.nameserverStatuses()) ??
      of('proxy', supervisor.proxyStatuses())
    if (node) return node
    throw new ProblemError('NODE_NOT_FOUND', { id }, `there is no node ${id} in this cluster`)
  }
}

/** Sorted by key, so that two of them can be laid side by side. */
const listingOf = (
  { honoured, document }: Pick<PropertyTable, 'honoured' | 'document'>,
  chosen: ReadonlyMap<string, string>,
  decided: Readonly<Record<string, string>>
): string => {
  const all = new Map(honoured.map(({ key, defaultValue }) => [key, defaultValue]))
  for (const [key, value] of [...chosen, ...Object.entries(decided)]) all.set(key, value)
  return document.edit('', new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1))))
}
