import type { Locator, Page } from '@playwright/test'

export class ConnectionsPage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByTestId('menu-connections').click()
    await this.page.getByTestId('connection-local').waitFor()
  }

  get dialog(): Locator {
    return this.page.getByTestId('dialog')
  }

  get banner(): Locator {
    return this.page.getByTestId('external-banner')
  }

  card(name: string): Locator {
    return this.page.getByTestId(`connection-${name}`)
  }

  async fill(values: {
    name?: string
    addresses?: string
    accessKey?: string
    secretKey?: string
  }) {
    const labels = {
      name: 'Name',
      addresses: 'Nameserver addresses',
      accessKey: 'Access key',
      secretKey: 'Secret key'
    }
    for (const [key, value] of Object.entries(values))
      await this.dialog.getByLabel(labels[key as keyof typeof labels], { exact: true }).fill(value)
  }

  async save(): Promise<void> {
    await this.dialog.getByTestId('dialog-confirm').click()
    await this.dialog.waitFor({ state: 'hidden' })
  }

  /** By the switch in the header; the window loads itself anew. */
  async switchTo(name: string): Promise<void> {
    await this.page.getByTestId('connection-switch').click()
    await this.page
      .getByRole('menuitem', { name, exact: true })
      .or(this.page.locator('.n-dropdown-option', { hasText: name }))
      .first()
      .click()
  }
}
