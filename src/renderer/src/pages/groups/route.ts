import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/groups',
  name: 'groups',
  icon: 'groups',
  order: 12,
  titleKey: 'groups.title',
  component: () => import('./GroupsPage.vue')
}
