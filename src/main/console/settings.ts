import type { Handlers } from '../../shared/contract'
import { SettingsDraft } from '../../shared/drafts'
import type { Settings } from '../../shared/views'
import type { Collection } from '../meta/collection'
import type { SettingDoc } from '../meta/installationMeta'

interface Deps {
  settings: Pick<Collection<SettingDoc>, 'get' | 'putAll'>
}

const defaults: Settings = { language: 'system', theme: 'system' }

export const settingsHandlers = ({ settings }: Deps) => {
  /** A value another version saved and this one does not know counts as its default. */
  const read = (): Settings => {
    const saved = (key: keyof Settings): SettingsDraft =>
      SettingsDraft.safeParse({ [key]: settings.get(key)?.value }).data ?? {}
    const { language = defaults.language } = saved('language')
    const { theme = defaults.theme } = saved('theme')
    return { language, theme }
  }
  return {
    'settings.get': () => read(),
    'settings.set': async (draft) => {
      const changes = Object.entries(draft).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, { value }] as const]
      )
      await settings.putAll(changes)
      return read()
    }
  } satisfies Partial<Handlers>
}
