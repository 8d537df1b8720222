import type { NodeKind } from '../../../shared/configViews'
import type { ClusterNode } from '../clusterNode'
import type { FaultTarget } from './faults'

interface Entry {
  kind: NodeKind
  port: number
  node: ClusterNode
  running?: ReadonlyMap<string, string> | undefined
}

/** A broker also listens two below its port (VIP) and for its slaves (haListenPort, one above unless set). */
export const portsOfNode = ({ kind, port, node, running }: Entry): FaultTarget => {
  const ha = Number(running?.get('haListenPort') ?? 0)
  return { node, ports: kind !== 'broker' ? [port] : [port, port - 2, ha > 0 ? ha : port + 1] }
}
