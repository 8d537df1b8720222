import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/scheduled',
  name: 'scheduled',
  icon: 'scheduled',
  order: 23,
  titleKey: 'scheduled.title',
  component: () => import('./ScheduledPage.vue')
}
