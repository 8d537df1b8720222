import type { Locator, Page } from '@playwright/test'

/** The command palette, by the keyboard only. */
export class Palette {
  constructor(private readonly page: Page) {}

  get dialog(): Locator {
    return this.page.getByTestId('palette')
  }

  get input(): Locator {
    return this.page.getByTestId('palette-input')
  }

  get options(): Locator {
    return this.dialog.getByRole('option')
  }

  get chosen(): Locator {
    return this.dialog.locator('[aria-selected="true"]')
  }

  async open(): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await this.dialog.waitFor()
  }

  /** Types and takes the best entry. */
  async take(query: string): Promise<void> {
    await this.open()
    await this.page.keyboard.type(query)
    await this.page.keyboard.press('Enter')
    await this.dialog.waitFor({ state: 'hidden' })
  }
}
