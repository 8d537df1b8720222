/** Where everything lies below the one data folder. Names are fixed or numbered, never taken from the wire. */
import { join, resolve } from 'node:path'

/** The cluster data folders had before there could be several. */
export const FIRST_CLUSTER = 1

/** Of one saved cluster; nodes are numbered by the ids of its spec. */
export interface ClusterFolder {
  /** Everything of it, and nothing else. */
  root: string
  /** What its nodes lie in. */
  nodes: string
  namesrv(id: number): string
  broker(id: number): string
  /** Of the proxy: its certificate, the same for every cluster, so that whoever trusts it does so once. */
  proxy: string
}

export interface DataFolder {
  /** Absolute. */
  root: string
  /** Settings, saved clusters and saved broker properties. */
  installation: string
  /** What all saved clusters but the first lie in, by number. */
  clusters: string
  /** The first keeps the place it always had. */
  cluster(number: number): ClusterFolder
  /** Of a snapshot of any cluster, by its own number. */
  snapshot(number: number): string
}

const clusterFolder = (root: string, nodes: string, proxy: string): ClusterFolder => ({
  root,
  nodes,
  proxy,
  namesrv: (id) => join(nodes, `namesrv-${id}`),
  broker: (id) => join(nodes, `broker-${id}`)
})

export const dataFolder = (path: string): DataFolder => {
  const root = resolve(path)
  const clusters = join(root, 'clusters')
  const proxy = join(root, 'proxy')
  return {
    root,
    clusters,
    installation: join(root, 'installation'),
    cluster: (number) => {
      const own = join(clusters, String(number))
      const first = join(root, 'nodes')
      return number === FIRST_CLUSTER
        ? clusterFolder(first, first, proxy)
        : clusterFolder(own, join(own, 'nodes'), proxy)
    },
    snapshot: (number) => join(root, 'snapshots', String(number))
  }
}

interface Surroundings {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  home: string
}

/** The data folder where `--data` names none: the platform's own place, the same with and without a window. */
export const defaultDataPath = ({ platform, env, home }: Surroundings): string => {
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Gantry')
    case 'win32':
      return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Gantry')
    default:
      return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'gantry')
  }
}
