import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/users',
  name: 'users',
  icon: 'key',
  order: 7,
  titleKey: 'users.menu',
  component: () => import('./UsersPage.vue')
}
