import type { Locator, Page } from '@playwright/test'

export class FaultsTab {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByTestId('menu-cluster').click()
    await this.page.getByTestId('tab-faults').click()
    await this.page.getByTestId('active-faults').waitFor()
  }

  node(id: string): Locator {
    return this.page.getByTestId(`fault-node-${id}`)
  }

  get active(): Locator {
    return this.page.getByTestId('active-fault')
  }

  get seen(): Locator {
    return this.page.getByTestId('seen-now')
  }

  get events(): Locator {
    return this.page.getByTestId('fault-events')
  }

  get dialog(): Locator {
    return this.page.getByTestId('dialog')
  }

  /** Chooses what goes wrong with a node; some kinds ask for figures then. */
  async choose(id: string, kind: string): Promise<void> {
    await this.page.getByRole('button', { name: `Break ${id}` }).click()
    await this.page.locator('.n-dropdown-option').getByText(kind, { exact: true }).click()
  }

  async confirm(): Promise<void> {
    await this.page.getByTestId('dialog-confirm').click()
    await this.dialog.waitFor({ state: 'hidden' })
  }

  async see(broker: string): Promise<void> {
    await this.page.getByTestId('seen').getByText(broker, { exact: true }).click()
  }

  async healAll(): Promise<void> {
    await this.page.getByTestId('heal-all').click()
  }
}
