import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/deadLetters',
  name: 'deadLetters',
  icon: 'deadLetters',
  order: 4.3,
  titleKey: 'deadLetters.title',
  component: () => import('./DeadLettersPage.vue')
}
