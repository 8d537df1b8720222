import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'addresses',
  order: 6,
  titleKey: 'addresses.tab',
  component: () => import('./AddressesTab.vue')
}
