import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'design',
  order: 2,
  titleKey: 'design.tab',
  component: () => import('./DesignTab.vue')
}
