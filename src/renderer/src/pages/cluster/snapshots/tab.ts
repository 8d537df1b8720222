import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'snapshots',
  order: 5,
  titleKey: 'snapshots.tab',
  component: () => import('./SnapshotsTab.vue')
}
