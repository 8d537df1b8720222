/** What the window sees of saved clusters and their ports. */
import type { PresetName } from './clusterPresets'
import type { ClusterSpec } from './clusterSpec'
import type { PlannedPort } from './portPlan'

export interface SavedClusterView {
  number: number
  spec: ClusterSpec
  /** It is this preset, but for its name and ports. */
  preset?: PresetName
  isRunning: boolean
  /** Folder numbers for new nodes: from here on none was ever used. */
  nextIds: { nameserver: number; broker: number }
}

export interface SavedClustersView {
  clusters: SavedClusterView[]
  /** This run was started with `--namesrv`, `--broker` or `--grpc`, which decide the ports until it ends. */
  portFlags: { namesrv: boolean; broker: boolean; grpc: boolean }
  /** One is being started in the place of another, or changed; nothing else can be asked meanwhile. */
  isChanging: boolean
}

/** Who has a port that is planned: another node of the same plan, or a program. */
export type PortHolder =
  | { kind: 'node'; name: string; use: PlannedPort['use'] }
  | { kind: 'program'; name: string }
  /** Below 1024, or otherwise not for this user. */
  | { kind: 'refused'; name: string }

export interface PlannedPortView extends PlannedPort {
  /** Absent where it can be had. */
  holder?: PortHolder
}

export interface PortPlanView {
  ports: PlannedPortView[]
  /** For every node that cannot have its ports, the next one above it with which it could; absent where none was found. */
  free: { node: string; port: number }[]
}
