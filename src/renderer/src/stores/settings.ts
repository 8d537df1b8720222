import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Settings } from '../../../shared/views'
import { call } from '../api'
import { setLocale, systemLocale } from '../i18n'

export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings>({
    language: 'system',
    theme: 'system',
    closing: 'ask',
    startAtLogin: false,
    desktopNotices: true
  })

  const theme = computed(() => settings.value.theme)
  const closing = computed(() => settings.value.closing)
  const startAtLogin = computed(() => settings.value.startAtLogin)
  const desktopNotices = computed(() => settings.value.desktopNotices)
  const language = computed(() => settings.value.language)
  const locale = computed(() =>
    settings.value.language === 'system' ? systemLocale() : settings.value.language
  )

  const apply = (next: Settings) => {
    settings.value = next
    setLocale(locale.value)
  }
  const refresh = async () => apply(await call('settings.get'))
  const set = async (change: Partial<Settings>) => {
    // Shown at once: a theme that waits for the disk feels broken. The answer, or a refresh, corrects it.
    apply({ ...settings.value, ...change })
    try {
      apply(await call('settings.set', change))
    } catch (error) {
      await refresh().catch(() => undefined) // The failure of `set` is the one worth reporting.
      throw error
    }
  }
  return { theme, language, locale, closing, startAtLogin, desktopNotices, apply, refresh, set }
})
