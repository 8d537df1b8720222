import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/connections',
  name: 'connections',
  icon: 'link',
  order: 8.5,
  titleKey: 'connections.title',
  component: () => import('./ConnectionsPage.vue')
}
