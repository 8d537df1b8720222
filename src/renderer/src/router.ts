/** Pages announce themselves: every `pages/<noun>/route.ts` becomes a route and an entry of the menu. */
import type { Component } from 'vue'
import { createRouter, createWebHashHistory } from 'vue-router'
import type { IconName } from './components/icons'

export interface PageRoute {
  /** First part is also the route's name; may carry optional parameters. */
  path: string
  name: string
  icon: IconName
  /** Its tens are the part of the menu it stands in; parts are set off by a line. */
  order: number
  /** Key of the title's text. */
  titleKey: string
  component: () => Promise<Component>
  /** Of this machine's cluster only: while another one is looked at, a sentence stands in its place. */
  isLocal?: true
}

const modules = import.meta.glob<{ route: PageRoute }>('./pages/*/route.ts', { eager: true })

export const pages: readonly PageRoute[] = Object.values(modules)
  .map(({ route }) => route)
  .sort((a, b) => a.order - b.order)

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...pages.map(({ path, name, titleKey, component, isLocal = false }) => ({
      path,
      name,
      component,
      meta: { titleKey, isLocal }
    })),
    { path: '/', redirect: { name: pages[0]?.name ?? 'cluster' } },
    { path: '/:rest(.*)*', component: () => import('./components/NotFoundPage.vue') }
  ]
})
