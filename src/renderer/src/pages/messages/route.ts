import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/messages/:tab(send|browse|search|trace|replay)?',
  name: 'messages',
  icon: 'messages',
  order: 20,
  titleKey: 'messages.title',
  component: () => import('./MessagesPage.vue')
}
