import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** naive-ui's card says heading and no level: screen readers take it as the second, as ARIA 1.2 has it. */
const isNaiveHeading = (id: string, html: string): boolean =>
  id === 'aria-required-attr' && html.includes('class="n-card-header')

/** The head of a wide table scrolls with its body, which the buttons of its rows reach. */
const isTableHead = (id: string, html: string): boolean =>
  id === 'scrollable-region-focusable' && html.includes('n-data-table-base-table-header')

/** What axe finds serious or critical on the page, or in a part of it: rule and element. */
export const accessibilityProblems = async (page: Page, part = 'body'): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => ({ id, html })))
    .filter(({ id, html }) => !isNaiveHeading(id, html) && !isTableHead(id, html))
    .map(({ id, html }) => `${id}: ${html.slice(0, 200)}`)
}
