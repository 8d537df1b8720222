import type { PageRoute } from '../../router'

export const route: PageRoute = {
  path: '/settings',
  name: 'settings',
  icon: 'settings',
  order: 42,
  titleKey: 'settings.title',
  component: () => import('./SettingsPage.vue')
}
