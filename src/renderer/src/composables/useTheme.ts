/** The palette in force: what the settings say, or what the system prefers. */
import { darkTheme, type GlobalTheme } from 'naive-ui'
import { computed, shallowRef, watchEffect } from 'vue'
import { useSettingsStore } from '../stores/settings'
import { naiveOverrides } from '../theme/naive'
import { cssVariables, dark, light } from '../theme/tokens'

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = shallowRef(darkQuery.matches)
darkQuery.addEventListener('change', (event) => (systemIsDark.value = event.matches))

export const useTheme = () => {
  const settings = useSettingsStore()
  const isDark = computed(() =>
    settings.theme === 'system' ? systemIsDark.value : settings.theme === 'dark'
  )
  const palette = computed(() => (isDark.value ? dark : light))
  const naiveTheme = computed<GlobalTheme | null>(() => (isDark.value ? darkTheme : null))
  const overrides = computed(() => naiveOverrides(palette.value))
  return { isDark, palette, naiveTheme, overrides }
}

/** Once, at the root: our own style sheets follow the palette. */
export const useThemeVariables = () => {
  const { isDark, palette } = useTheme()
  watchEffect(() => {
    const { style, dataset } = document.documentElement
    for (const [name, value] of Object.entries(cssVariables(palette.value))) {
      style.setProperty(name, value)
    }
    style.setProperty('color-scheme', isDark.value ? 'dark' : 'light')
    dataset.theme = isDark.value ? 'dark' : 'light'
  })
}
