import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/consume/:tab(tail|consumer)?',
  name: 'consume',
  icon: 'consume',
  order: 21,
  titleKey: 'consume.title',
  component: () => import('./ConsumePage.vue')
}
