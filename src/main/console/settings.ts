import type { Handlers } from '../../shared/contract'
import { SettingsDraft } from '../../shared/drafts'
import type { Settings } from '../../shared/views'
import type { Collection } from '../meta/collection'
import type { SettingDoc } from '../meta/installationMeta'

interface Deps {
  settings: Pick<Collection<SettingDoc>, 'get' | 'putAll'>
}

export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  closing: 'ask',
  startAtLogin: false,
  desktopNotices: true
}

const keys = Object.keys(defaultSettings) as (keyof Settings)[]

export const settingsHandlers = ({ settings }: Deps) => {
  /** A value another version saved and this one does not know counts as its default. */
  const read = (): Settings =>
    keys.reduce<Settings>((all, key) => {
      const text = settings.get(key)?.value
      const isBoolean = typeof defaultSettings[key] === 'boolean'
      const value = isBoolean && text !== undefined ? text === 'true' : text
      const saved = SettingsDraft.safeParse({ [key]: value })
      return saved.data?.[key] === undefined ? all : { ...all, [key]: saved.data[key] }
    }, defaultSettings)
  return {
    'settings.get': () => read(),
    'settings.set': async (draft) => {
      const changes = Object.entries(draft).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, { value: String(value) }] as const]
      )
      await settings.putAll(changes)
      return read()
    }
  } satisfies Partial<Handlers>
}
