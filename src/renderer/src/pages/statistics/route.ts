import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/statistics',
  name: 'statistics',
  icon: 'statistics',
  order: 30,
  titleKey: 'statistics.title',
  component: () => import('./StatisticsPage.vue')
}
