import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/topics',
  name: 'topics',
  icon: 'topics',
  order: 11,
  titleKey: 'topics.title',
  component: () => import('./TopicsPage.vue')
}
