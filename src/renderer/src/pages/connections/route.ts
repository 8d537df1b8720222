import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/connections',
  name: 'connections',
  icon: 'link',
  order: 41,
  titleKey: 'connections.title',
  component: () => import('./ConnectionsPage.vue')
}
