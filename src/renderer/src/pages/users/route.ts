import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/users',
  name: 'users',
  icon: 'key',
  order: 40,
  titleKey: 'users.menu',
  component: () => import('./UsersPage.vue')
}
