import type { Page } from '@playwright/test'

/** Pixels the page is wider than the window: more than 0 and it scrolls sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  )
