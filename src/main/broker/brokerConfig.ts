/** The broker's properties by RocketMQ's names: what takes effect (`config/*Spec`), and what is only kept (`config/stock`). Java: BrokerConfig, MessageStoreConfig. */
import { LiveProperties } from '../base/properties/liveProperties'
import type { PropertyDefinition, ValuesOf } from '../base/properties/property'
import { PropertyTable, type PropertyProblem } from '../base/properties/propertyTable'
import { parseStockKeys } from '../base/properties/stockKeys'
import { authConfigKeys } from '../remoting/stockAuthKeys'
import { nettyServerConfigKeys } from '../remoting/stockServerKeys'
import { authSpec } from './config/authSpec'
import { behaviourSpec } from './config/behaviourSpec'
import { clientSpec } from './config/clientSpec'
import { controllerSpec } from './config/controllerSpec'
import { haSpec } from './config/haSpec'
import { identitySpec } from './config/identitySpec'
import { brokerConfigKeys } from './config/stock/brokerConfigKeys'
import { messageStoreConfigKeys } from './config/stock/messageStoreConfigKeys'
import { nettyClientConfigKeys } from './config/stock/nettyConfigKeys'
import { storeSpec } from './config/storeSpec'

/** Defaults are RocketMQ's, but where a desktop needs another: brokerIP1, brokerName, mappedFileSizeCommitLog. */
const spec = {
  ...identitySpec,
  ...behaviourSpec,
  ...clientSpec,
  ...storeSpec,
  ...haSpec,
  ...controllerSpec,
  ...authSpec
}

type Spec = typeof spec

/** Every property as a typed value; hot ones change in place, so read them at each use. */
export type BrokerConfig = Readonly<ValuesOf<Spec>>

/** Without effect here, and not for a file or a client to choose: where a node listens and keeps its files. */
const decided = [
  'bindAddress',
  'haMasterAddress',
  'storePathCommitLog',
  'storePathDLedgerCommitLog',
  'storePathEpochFile',
  'storePathBrokerIdentity',
  'readOnlyCommitLogStorePaths'
]

export const brokerTable: PropertyTable<Spec> = new PropertyTable({
  spec,
  stock: parseStockKeys(
    brokerConfigKeys,
    nettyServerConfigKeys,
    nettyClientConfigKeys,
    messageStoreConfigKeys,
    authConfigKeys
  ),
  decided,
  blackList: ['configBlackList', 'brokerConfigPath', 'rocketmqHome'],
  owner: 'broker'
})

/** Those that take effect. */
export const brokerProperties: readonly PropertyDefinition[] = brokerTable.honoured

export const propertyOf = (key: string): PropertyDefinition | undefined => brokerTable.of(key)

/** The first thing wrong with a property, or undefined. */
export const checkProperty = (key: string, value: string): PropertyProblem | undefined =>
  brokerTable.check(key, value)

/** The properties a broker runs with; `config` is what everybody holds. */
export class LiveBrokerConfig extends LiveProperties<Spec> {
  /** @throws RangeError for a property `checkProperty` refuses. */
  constructor(given: Readonly<Record<string, string>>) {
    super(brokerTable, given)
  }
}
