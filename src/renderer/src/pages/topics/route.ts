import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/topics',
  name: 'topics',
  icon: 'topics',
  order: 2,
  titleKey: 'topics.title',
  component: () => import('./TopicsPage.vue')
}
