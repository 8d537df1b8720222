import type { Collection } from '../meta/collection'
import { kvConfigKey, type KvConfigDoc } from '../meta/nameserverMeta'

/** Queues of order topics: topic to `broker-a:4;broker-b:4`. Java: NamesrvUtil. */
export const NAMESPACE_ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG'

/** Texts under namespace and key, kept on disk; mqadmin updateKvConfig writes them. Java: KVConfigManager. */
export class KVConfigManager {
  private readonly configTable = new Map<string, Map<string, string>>()

  constructor(private readonly stored: Pick<Collection<KvConfigDoc>, 'all' | 'put' | 'remove'>) {
    for (const [, { namespace, key, value }] of stored.all()) this.set(namespace, key, value)
  }

  get(namespace: string, key: string): string | undefined {
    return this.configTable.get(namespace)?.get(key)
  }

  /** Undefined for a namespace without any key. */
  list(namespace: string): ReadonlyMap<string, string> | undefined {
    return this.configTable.get(namespace)
  }

  // The table follows the disk: who heard SUCCESS finds the value after a restart.
  async put(namespace: string, key: string, value: string): Promise<void> {
    await this.stored.put(kvConfigKey(namespace, key), { namespace, key, value })
    this.set(namespace, key, value)
  }

  async delete(namespace: string, key: string): Promise<void> {
    if (this.get(namespace, key) === undefined) return
    await this.stored.remove(kvConfigKey(namespace, key))
    const keys = this.configTable.get(namespace)
    keys?.delete(key)
    if (keys?.size === 0) this.configTable.delete(namespace)
  }

  private set(namespace: string, key: string, value: string): void {
    let keys = this.configTable.get(namespace)
    if (!keys) this.configTable.set(namespace, (keys = new Map<string, string>()))
    keys.set(key, value)
  }
}
