import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/clients',
  name: 'clients',
  icon: 'clients',
  order: 13,
  titleKey: 'clients.title',
  component: () => import('./ClientsPage.vue')
}
