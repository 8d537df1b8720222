import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'config',
  order: 3,
  titleKey: 'configPage.tab',
  component: () => import('./ConfigTab.vue')
}
