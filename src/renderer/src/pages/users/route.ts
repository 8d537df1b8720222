import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/users',
  name: 'users',
  icon: 'key',
  order: 7,
  titleKey: 'users.title',
  component: () => import('./UsersPage.vue')
}
