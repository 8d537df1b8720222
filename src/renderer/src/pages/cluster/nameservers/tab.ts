import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'nameservers',
  order: 1.4,
  titleKey: 'brokers.nameservers',
  component: () => import('./NameserversTab.vue'),
  isEverywhere: true
}
