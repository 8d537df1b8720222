import type { Locator, Page } from '@playwright/test'

export class AlarmsPage {
  constructor(private readonly page: Page) {}

  get dialog(): Locator {
    return this.page.getByTestId('dialog')
  }

  get outcome(): Locator {
    return this.page.getByTestId('alarm-outcome')
  }

  rule(number: number): Locator {
    return this.page.getByTestId(`alarm-rule-${number}`)
  }

  firing(number: number): Locator {
    return this.page.getByTestId(`alarm-firing-${number}`)
  }

  /** Of a group that falls behind; the dialog stays open. */
  async writeLag(name: string, group: string, threshold: number, seconds: number): Promise<void> {
    await this.page.getByTestId('alarm-create').click()
    await this.dialog.getByLabel('Name').fill(name)
    await this.choose('alarm-scope', 'Group')
    await this.dialog.getByLabel('Which').fill(group)
    await this.dialog.getByLabel('Threshold').fill(String(threshold))
    await this.dialog.getByLabel('For so many seconds').fill(String(seconds))
    await this.dialog.getByLabel('Name').click()
  }

  async test(): Promise<void> {
    await this.page.getByTestId('alarm-test').click()
  }

  async save(): Promise<void> {
    await this.page.getByTestId('dialog-confirm').click()
    await this.dialog.waitFor({ state: 'hidden' })
  }

  async choose(testId: string, option: string): Promise<void> {
    await this.page.getByTestId(testId).click()
    await this.page.locator('.n-base-select-option').getByText(option, { exact: true }).click()
  }

  async mute(number: number, option: string): Promise<void> {
    await this.rule(number)
      .getByRole('button', { name: /^Mute / })
      .click()
    await this.page.locator('.n-dropdown-option').getByText(option, { exact: true }).click()
  }
}
