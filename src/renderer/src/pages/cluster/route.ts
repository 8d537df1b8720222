import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/cluster/:tab?',
  name: 'cluster',
  icon: 'cluster',
  order: 10,
  titleKey: 'cluster.title',
  component: () => import('./ClusterPage.vue')
}
