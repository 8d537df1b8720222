import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/cluster/:tab?',
  name: 'cluster',
  icon: 'cluster',
  order: 1,
  titleKey: 'cluster.title',
  component: () => import('./ClusterPage.vue')
}
