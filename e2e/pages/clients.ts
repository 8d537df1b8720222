import type { Locator, Page } from '@playwright/test'

/** Every client of the cluster, and what one says of itself. */
export class ClientsPage {
  constructor(private readonly page: Page) {}

  get rows(): Locator {
    return this.page.locator('[data-testid^="client-row-"]')
  }

  row(text: string): Locator {
    return this.rows.filter({ hasText: text })
  }

  get info(): Locator {
    return this.page.getByTestId('running-info')
  }

  async inform(row: Locator): Promise<void> {
    await row.getByRole('button', { name: 'Running info of' }).click()
    await this.info.waitFor()
  }

  async askForStack(): Promise<void> {
    await this.info.getByText('Threads', { exact: true }).click()
    await this.page.getByTestId('stack-load').click()
  }

  async close(row: Locator): Promise<void> {
    await row.getByRole('button', { name: 'Close ' }).click()
    await this.page.getByTestId('dialog-confirm').click()
    await this.page.getByTestId('dialog').waitFor({ state: 'hidden' })
  }
}
