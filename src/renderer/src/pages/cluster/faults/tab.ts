import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'faults',
  order: 4,
  titleKey: 'faults.tab',
  component: () => import('./FaultsTab.vue')
}
