import type { Locator, Page } from '@playwright/test'

/** The Send tab of the Messages page, beyond a plain send. */
export class ComposerPage {
  constructor(private readonly page: Page) {}

  /** Of a select: by its test id, the option by its text. */
  async choose(testId: string, option: string): Promise<void> {
    await this.page.getByTestId(testId).click()
    await this.page.locator('.n-base-select-option').filter({ hasText: option }).first().click()
  }

  async write(body: string): Promise<void> {
    await this.page.getByLabel('Body', { exact: true }).fill(body)
  }

  async send(): Promise<void> {
    await this.page.getByRole('button', { name: 'Send message' }).click()
  }

  async saveTemplate(name: string): Promise<void> {
    await this.page.getByTestId('template-save').click()
    const dialog = this.page.getByTestId('dialog')
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByTestId('dialog-confirm').click()
    await dialog.waitFor({ state: 'hidden' })
  }

  get transaction(): Locator {
    return this.page.getByTestId('transaction')
  }

  get history(): Locator {
    return this.page.getByTestId('history-row')
  }

  get run(): Locator {
    return this.page.getByTestId('run-view')
  }
}
