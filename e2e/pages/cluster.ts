import type { Locator, Page } from '@playwright/test'

export class ClusterPage {
  constructor(private readonly page: Page) {}

  node(id: string | RegExp): Locator {
    return typeof id === 'string'
      ? this.page.getByTestId(`node-${id}`)
      : this.page.locator('[data-testid^="node-"]').filter({ hasText: id })
  }

  state(id: string | RegExp): Locator {
    return this.node(id).getByTestId('state')
  }

  async stop(id: string): Promise<void> {
    await this.page.getByRole('button', { name: `Stop ${id}`, exact: true }).click()
    await this.page.getByTestId('dialog-confirm').click()
  }

  async start(id: string): Promise<void> {
    await this.page.getByRole('button', { name: `Start ${id}`, exact: true }).click()
  }

  storage(id: string): Locator {
    return this.node(id).getByTestId('storage')
  }

  async openStorage(id: string): Promise<Locator> {
    await this.page.getByRole('button', { name: `Show storage of ${id}` }).click()
    const drawer = this.page.getByTestId('storage-drawer')
    await drawer.waitFor()
    return drawer
  }

  /** Leads to the configuration tab. */
  async openProperties(id: string): Promise<void> {
    await this.page.getByRole('button', { name: `Properties of ${id}` }).click()
    await this.page.getByTestId('config-tab').waitFor()
  }

  async openOverview(): Promise<void> {
    await this.page.getByTestId('tab-overview').click()
  }
}
