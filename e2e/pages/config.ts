import type { Locator, Page } from '@playwright/test'

export type ConfigMode = 'form' | 'text' | 'compare' | 'history'

/** The configuration tab of the Cluster page. */
export class ConfigPage {
  readonly tab: Locator

  constructor(private readonly page: Page) {
    this.tab = page.getByTestId('config-tab')
  }

  async open(): Promise<void> {
    await this.page.getByTestId('tab-config').click()
    await this.tab.waitFor()
  }

  async show(mode: ConfigMode): Promise<void> {
    await this.tab.getByTestId(`config-${mode}`).click()
  }

  async choose(node: string): Promise<void> {
    await this.tab.getByTestId('config-node').click()
    await this.page.locator('.n-base-select-option').filter({ hasText: node }).click()
  }

  async search(text: string): Promise<void> {
    await this.tab.getByLabel('Search by name or description').fill(text)
  }

  property(key: string): Locator {
    return this.tab.getByTestId(`property-${key}`)
  }

  async save(): Promise<void> {
    await this.tab.getByTestId('config-save').click()
  }

  /** By its one property, from wherever the tab is. */
  async set(key: string, value: string): Promise<void> {
    await this.search(key)
    await this.property(key).getByRole('textbox').fill(value)
    await this.save()
  }

  get saved(): Locator {
    return this.tab.getByTestId('config-applied').or(this.tab.getByTestId('config-saved'))
  }

  get waiting(): Locator {
    return this.tab.getByTestId('config-waiting')
  }

  get editor(): Locator {
    return this.tab.getByTestId('config-editor').getByRole('textbox')
  }

  /** Chooses a file of this machine, as the Import button does. */
  async import(name: string, text: string): Promise<void> {
    const buffer = Buffer.from(text)
    await this.tab
      .getByTestId('config-file')
      .setInputFiles({ name, mimeType: 'text/plain', buffer })
  }
}
