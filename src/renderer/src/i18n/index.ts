/** Texts of the window: `en` is the reference, `zh-CN` is typed against it. */
import { createI18n } from 'vue-i18n'
import { en } from './en'
import { zhCN } from './zh-CN'

export type Locale = 'en' | 'zh-CN'

export const systemLocale = (): Locale =>
  navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCN }
})

export const setLocale = (locale: Locale) => {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
}
