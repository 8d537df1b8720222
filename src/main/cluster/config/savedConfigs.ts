import type { NodeKind } from '../../../shared/configViews'
import type { RealTime } from '../../base/clock'
import type { PropertyTable } from '../../base/properties/propertyTable'
import { brokerTable } from '../../broker/brokerConfig'
import type { InstallationMeta } from '../../meta/installationMeta'
import { namesrvTable } from '../../nameserver/namesrvConfig'
import { proxyTable } from '../../proxy/proxyConfig'
import { SavedProperties } from '../savedProperties'
import { ConfigHistory } from './configHistory'

/** What is saved for the nodes of one kind, and how it came to that. */
export interface SavedConfigs {
  saved: SavedProperties
  history: ConfigHistory
}

export const configTables: Readonly<Record<NodeKind, PropertyTable>> = {
  broker: brokerTable,
  namesrv: namesrvTable,
  proxy: proxyTable
}

interface Deps {
  meta: Pick<
    InstallationMeta,
    'brokerProperties' | 'namesrvProperties' | 'proxyProperties' | 'configVersions'
  >
  clock: Pick<RealTime, 'wall'>
  /** Number of the saved cluster. */
  cluster: number
  /** `--set`: for every broker. */
  overrides: ReadonlyMap<string, string>
}

/** The configurations of one cluster's nodes, as the installation keeps them. */
export const savedConfigs = ({
  meta,
  clock,
  cluster,
  overrides
}: Deps): Record<NodeKind, SavedConfigs> => {
  const of = (kind: NodeKind): SavedConfigs => {
    const table = configTables[kind]
    const history = new ConfigHistory({ table, collection: meta.configVersions, clock, kind }) // prettier-ignore
    const collection = meta[`${kind}Properties`]
    const saved = new SavedProperties({
      table,
      collection,
      overrides: kind === 'broker' ? overrides : new Map(),
      cluster,
      history
    })
    return { saved, history }
  }
  return { broker: of('broker'), namesrv: of('namesrv'), proxy: of('proxy') }
}
