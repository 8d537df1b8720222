import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/traffic',
  name: 'traffic',
  icon: 'traffic',
  order: 24,
  titleKey: 'traffic.title',
  isLocal: true,
  component: () => import('./TrafficPage.vue')
}
