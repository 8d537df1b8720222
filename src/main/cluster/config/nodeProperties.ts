import type { Log } from '../../base/log'
import { savedAs, type NodeEntry } from '../nodeTable'
import type { SavedProperties } from '../savedProperties'
import { changedFromDefaults } from './nodeSettings'
import { configTables } from './savedConfigs'

interface Deps {
  saved: SavedProperties
  savedNamesrv: SavedProperties
  savedProxy: SavedProperties
  log: Log
  /** What is shown of the node is another. */
  onChanged: () => void
}

/** What nodes run with, and the saving of what they are told over the wire. */
export class NodeProperties {
  constructor(private readonly deps: Deps) {}

  started(entry: NodeEntry, running: Readonly<Record<string, string>> = {}): void {
    entry.running = new Map(Object.entries(running))
    if (entry.kind !== 'namesrv') return
    // What a nameserver kept itself before its properties were kept here.
    const kept = changedFromDefaults(configTables.namesrv, entry.running)
    this.keep(entry, this.deps.savedNamesrv.adopt(savedAs(entry), kept))
  }

  /** Changed over the wire (`updateBrokerConfig`): the next start uses it too, as RocketMQ writes its broker.conf. */
  changed(entry: NodeEntry, changed: Readonly<Record<string, string>>): void {
    const table = configTables[entry.kind]
    for (const [key, value] of Object.entries(changed))
      if (table.of(key)?.hot) entry.running?.set(key, value)
    const { saved, savedNamesrv, savedProxy } = this.deps
    const of = { broker: saved, namesrv: savedNamesrv, proxy: savedProxy }[entry.kind]
    this.keep(entry, of.saveFromWire(savedAs(entry), changed))
  }

  private keep({ node }: NodeEntry, saving: Promise<void>): void {
    void saving
      .catch((error: unknown) =>
        this.deps.log.error(`properties of ${node.id} could not be saved`, error)
      )
      .finally(() => this.deps.onChanged())
  }
}
