import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'brokers',
  order: 1.2,
  titleKey: 'brokers.title',
  component: () => import('./BrokersTab.vue'),
  isEverywhere: true
}
