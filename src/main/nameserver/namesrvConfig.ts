/** The nameserver's properties by RocketMQ's names. Java: NamesrvConfig, NettyServerConfig. */
import { LiveProperties } from '../base/properties/liveProperties'
import { cluster, flag, hot, int, long, type ValuesOf } from '../base/properties/property'
import { PropertyTable } from '../base/properties/propertyTable'
import { parseStockKeys } from '../base/properties/stockKeys'
import type { Collection } from '../meta/collection'
import type { NamesrvConfigDoc } from '../meta/nameserverMeta'
import { formatPropertiesText } from '../protocol/bodies/propertiesText'
import { configUpdate } from '../remoting/configUpdate'
import { controllerSpec } from './controller/controllerConfig'
import { nettyServerConfigKeys } from '../remoting/stockServerKeys'
import { controllerConfigKeys, namesrvConfigKeys, namesrvNettyKeys } from './stockKeys'

const spec = {
  listenPort: int('identity', 9876, { ...cluster, max: 65_535 }),

  /** Routes of order topics carry ORDER_TOPIC_CONFIG. */
  orderMessageEnable: flag('routes', false, hot),
  /** Brokers are told ORDER_TOPIC_CONFIG when they register. */
  returnOrderTopicConfigToBroker: flag('routes', true, hot),
  /** Topics absent from a registration are forgotten. */
  deleteTopicWithBrokerRegistration: flag('routes', false, hot),
  /** The slave with the lowest id stands in for a missing master where it registered so. */
  supportActingMaster: flag('routes', false, hot),
  scanNotActiveBrokerInterval: long('routes', 5000, { unit: 'ms', min: 100, max: 3_600_000 }),

  enableAllTopicList: flag('requests', true, hot),
  enableTopicList: flag('requests', true, hot),
  /** Routes are refused for `waitSecondsForService` after the start. */
  needWaitForService: flag('requests', false, hot),
  waitSecondsForService: int('requests', 45, { ...hot, max: 86_400 }),

  /** This nameserver is also the controller of its brokers. */
  enableControllerInNamesrv: flag('controller', false),
  ...controllerSpec
}

type Spec = typeof spec

/** Read at each use, so that a change acts at once. */
export type NamesrvConfig = Readonly<ValuesOf<Spec>>

export const namesrvTable: PropertyTable<Spec> = new PropertyTable({
  spec,
  stock: parseStockKeys(
    ...[namesrvConfigKeys, nettyServerConfigKeys, namesrvNettyKeys, controllerConfigKeys]
  ),
  decided: ['bindAddress'],
  blackList: ['configBlackList', 'configStorePath', 'kvConfigPath', 'rocketmqHome'],
  owner: 'nameserver'
})

interface Deps {
  /** Changed values, by key; they outlive a restart. */
  stored: Pick<Collection<NamesrvConfigDoc>, 'all' | 'putAll'>
  onChanged?: (changed: Readonly<Record<string, string>>) => void
}

/** UPDATE_NAMESRV_CONFIG, GET_NAMESRV_CONFIG. */
export class NamesrvConfigManager {
  readonly config: NamesrvConfig
  private readonly live: LiveProperties<Spec>

  /** What is stored and no longer fits its key is passed over, so that the nameserver starts. */
  constructor(private readonly deps: Deps) {
    const stored = deps.stored.all().map(([key, { value }]) => [key, value] as const)
    const right = stored.filter(([key, value]) => namesrvTable.check(key, value) === undefined)
    this.live = new LiveProperties(namesrvTable, Object.fromEntries(right))
    this.config = this.live.config
  }

  /** Where it listens, which only the cluster decides. */
  place(bindAddress: string, listenPort: number): void {
    this.live.set({ bindAddress, listenPort: String(listenPort) })
  }

  /** Java: Configuration.getAllConfigsFormatString. */
  text(): string {
    return formatPropertiesText(this.live.allTexts())
  }

  /** Key to text as it is in effect. */
  texts(): Map<string, string> {
    return this.live.texts()
  }

  /** @throws RemotingError NO_PERMISSION or SYSTEM_ERROR; nothing is changed then. */
  async update(text: string): Promise<void> {
    const before = this.live.allTexts()
    const changed = configUpdate({
      table: namesrvTable,
      text,
      before,
      owner: `nameserver ${before.get('bindAddress')}:${before.get('listenPort')}`,
      lister: 'getNamesrvConfig'
    })
    if (changed.size === 0) return
    // The values follow the disk: who heard SUCCESS finds them after a restart.
    await this.deps.stored.putAll([...changed].map(([key, value]) => [key, { value }] as const))
    this.live.change(changed)
    this.deps.onChanged?.(Object.fromEntries(changed))
  }
}

/** Makes the stored values those the cluster keeps for this nameserver, which may have changed while it was stopped. */
export const adoptProperties = async (
  stored: Pick<Collection<NamesrvConfigDoc>, 'all' | 'putAll' | 'removeAll'>,
  properties: Readonly<Record<string, string>>
): Promise<void> => {
  const there = new Map(stored.all())
  const gone = [...there.keys()].filter((key) => !Object.hasOwn(properties, key))
  const changed = Object.entries(properties).filter(([key, value]) => there.get(key)?.value !== value) // prettier-ignore
  if (gone.length > 0) await stored.removeAll(gone)
  if (changed.length > 0) await stored.putAll(changed.map(([key, value]) => [key, { value }]))
}
