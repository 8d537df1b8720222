/** Keys that work on every page. */
import { onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import { pages } from '../router'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

export const useShortcuts = (toggleMenu: () => void) => {
  const router = useRouter()

  const pressed = (event: KeyboardEvent) => {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1]
    if (event.altKey && !event.ctrlKey && !event.metaKey && digit) {
      const page = pages[Number(digit) - 1]
      if (!page) return
      event.preventDefault()
      void router.push({ name: page.name })
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (event.key === '/') {
      const filter = document.querySelector<HTMLInputElement>('[data-shortcut="filter"] input')
      if (!filter) return
      event.preventDefault()
      filter.focus()
    } else if (event.key === '[') {
      toggleMenu()
    }
  }
  window.addEventListener('keydown', pressed)
  onScopeDispose(() => window.removeEventListener('keydown', pressed))
}
