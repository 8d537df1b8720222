import type { Handlers } from '../../shared/contract'
import type { ClusterSpec } from '../../shared/clusterSpec'
import type { PortPlanView, SavedClusterView } from '../../shared/clusterViews'
import type { Clusters } from '../cluster/clusters'
import type { SavedCluster } from '../cluster/savedClusters'

interface Deps {
  clusters: Pick<
    Clusters,
    'list' | 'running' | 'portFlags' | 'isChanging' | 'create' | 'save' | 'remove' | 'run'
  >
  planPorts: (spec: ClusterSpec) => Promise<PortPlanView>
}

export const savedClusterHandlers = ({ clusters, planPorts }: Deps) => {
  const view = ({ number, spec, preset, nextIds }: SavedCluster): SavedClusterView => ({
    number,
    spec,
    ...(preset && { preset }),
    isRunning: number === clusters.running,
    nextIds
  })
  return {
    'cluster.saved': () => ({
      clusters: clusters.list().map(view),
      portFlags: clusters.portFlags,
      isChanging: clusters.isChanging
    }),
    'cluster.create': async ({ spec, preset }) => view(await clusters.create(spec, preset)),
    'cluster.save': async ({ number, spec, erase }) =>
      view(await clusters.save(number, spec, erase)),
    'cluster.delete': ({ number }) => clusters.remove(number),
    'cluster.run': ({ number }) => clusters.run(number),
    'cluster.portPlan': ({ spec }) => planPorts(spec)
  } satisfies Partial<Handlers>
}
