import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'overview',
  order: 1,
  titleKey: 'cluster.tabs.overview',
  component: () => import('./ClusterOverview.vue')
}
