import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/alarms',
  name: 'alarms',
  icon: 'alarms',
  order: 31,
  titleKey: 'alarms.title',
  component: () => import('./AlarmsPage.vue')
}
