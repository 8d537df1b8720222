/** Tabs of the Cluster page announce themselves: every `pages/cluster/<name>/tab.ts` becomes one. */
import { defineAsyncComponent, type Component } from 'vue'

export interface ClusterTab {
  /** Last part of its address: `/cluster/<name>`. */
  name: string
  order: number
  /** Key of the title's text. */
  titleKey: string
  component: () => Promise<Component>
  /** Also of a cluster at the end of a connection; the others are of this machine's. */
  isEverywhere?: true
}

const modules = import.meta.glob<{ tab: ClusterTab }>('./*/tab.ts', { eager: true })

export const tabs = Object.values(modules)
  .map(({ tab }) => ({ ...tab, component: defineAsyncComponent(tab.component) }))
  .sort((a, b) => a.order - b.order)
