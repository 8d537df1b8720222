import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n, setLocale } from './i18n'
import { router } from './router'
import { useSettingsStore } from './stores/settings'
import './theme/global.css'

/** How long the window waits for the chosen language and theme before it shows itself without them. */
const SETTINGS_WAIT_MS = 600

/** The cookie carries the token from here on; an address bar is no place for it. */
const stripToken = () => {
  const url = new URL(location.href)
  if (!url.searchParams.has('token')) return
  url.searchParams.delete('token')
  history.replaceState(history.state, '', url)
}

const start = async () => {
  stripToken()
  const app = createApp(App).use(createPinia()).use(i18n)
  const settings = useSettingsStore()
  setLocale(settings.locale)
  await Promise.race([
    settings.refresh().catch(() => undefined), // The window works with its defaults; the banner tells the rest.
    new Promise((resolve) => setTimeout(resolve, SETTINGS_WAIT_MS))
  ])
  app.use(router).mount('#app')
}

void start()
