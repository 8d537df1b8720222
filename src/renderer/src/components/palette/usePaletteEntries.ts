/** What the palette offers: pages, tabs of the cluster, topics, groups and verbs that need no further question. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter, type RouteLocationRaw } from 'vue-router'
import { useTheme } from '../../composables/useTheme'
import { tabs } from '../../pages/cluster/tabs'
import { pages } from '../../router'
import { useClusterStore } from '../../stores/cluster'
import { useGroupsStore } from '../../stores/groups'
import { useSettingsStore } from '../../stores/settings'
import { useTopicsStore } from '../../stores/topics'
import type { IconName } from '../icons'

export interface PaletteEntry {
  id: string
  kind: 'page' | 'action' | 'topic' | 'group'
  icon: IconName
  title: string
  run: () => unknown
}

export const usePaletteEntries = () => {
  const { t } = useI18n()
  const router = useRouter()
  const topics = useTopicsStore()
  const groups = useGroupsStore()
  const cluster = useClusterStore()
  const settings = useSettingsStore()
  const { isDark } = useTheme()

  const go = (to: RouteLocationRaw) => () => router.push(to)

  const places = computed((): PaletteEntry[] => [
    ...pages.map(({ name, icon, titleKey }) => ({
      id: `page-${name}`,
      kind: 'page' as const,
      icon,
      title: t(titleKey),
      run: go({ name })
    })),
    ...tabs.map(({ name, titleKey }) => ({
      id: `tab-${name}`,
      kind: 'page' as const,
      icon: 'cluster' as const,
      title: `${t('cluster.title')} › ${t(titleKey)}`,
      run: go({ name: 'cluster', params: { tab: name } })
    }))
  ])

  /** Of a cluster elsewhere nobody starts a node from here. */
  const nodes = computed(() =>
    cluster.view?.isExternal ? [] : [...cluster.nameservers, ...cluster.brokers, ...cluster.proxies]
  )
  const nodeVerbs = computed((): PaletteEntry[] =>
    nodes.value.map(({ id, state }) => {
      const isRunning = state === 'running'
      return {
        id: `node-${id}`,
        kind: 'action',
        icon: isRunning ? 'restart' : 'play',
        title: t(isRunning ? 'palette.restart' : 'palette.start', { id }),
        run: () => (isRunning ? cluster.restart(id) : cluster.start(id))
      }
    })
  )

  const actions = computed((): PaletteEntry[] => [
    {
      id: 'new-topic',
      kind: 'action',
      icon: 'plus',
      title: t('palette.newTopic'),
      run: go({ name: 'topics', query: { create: '' } })
    },
    {
      id: 'send',
      kind: 'action',
      icon: 'send',
      title: t('palette.send'),
      run: go({ name: 'messages', params: { tab: 'send' } })
    },
    {
      id: 'theme',
      kind: 'action',
      icon: isDark.value ? 'sun' : 'moon',
      title: t(isDark.value ? 'app.switchToLight' : 'app.switchToDark'),
      run: () => settings.set({ theme: isDark.value ? 'light' : 'dark' })
    },
    {
      id: 'language',
      kind: 'action',
      icon: 'language',
      title: t('app.switchLanguage'),
      run: () => settings.set({ language: settings.locale === 'en' ? 'zh-CN' : 'en' })
    },
    ...nodeVerbs.value
  ])

  const named = computed((): PaletteEntry[] => [
    ...topics.normalNames.map((topic) => ({
      id: `topic-${topic}`,
      kind: 'topic' as const,
      icon: 'topics' as const,
      title: topic,
      run: go({ name: 'topics', query: { topic } })
    })),
    ...groups.groups
      .filter(({ system }) => !system)
      .map(({ groupName }) => ({
        id: `group-${groupName}`,
        kind: 'group' as const,
        icon: 'groups' as const,
        title: groupName,
        run: go({ name: 'groups', query: { group: groupName } })
      }))
  ])

  const entries = computed(() => [...places.value, ...actions.value, ...named.value])

  /** Topics and groups as they are now. @throws what the engine answers. */
  const refresh = async () => {
    await Promise.all([topics.refresh(), groups.refresh()])
  }
  return { entries, refresh }
}
