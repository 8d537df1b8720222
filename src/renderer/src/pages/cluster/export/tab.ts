import type { ClusterTab } from '../tabs'

export const tab: ClusterTab = {
  name: 'export',
  order: 7,
  titleKey: 'exportPage.tab',
  component: () => import('./ExportTab.vue')
}
