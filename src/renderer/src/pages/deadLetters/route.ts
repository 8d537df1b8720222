import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/deadLetters',
  name: 'deadLetters',
  icon: 'deadLetters',
  order: 22,
  titleKey: 'deadLetters.title',
  component: () => import('./DeadLettersPage.vue')
}
