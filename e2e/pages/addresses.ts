import type { Locator, Page } from '@playwright/test'

export class AddressesTab {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByTestId('menu-cluster').click()
    await this.page.getByTestId('tab-addresses').click()
    await this.page.getByTestId('interfaces').waitFor()
  }

  interface(address: string): Locator {
    return this.page.getByTestId(`interface-${address}`)
  }

  /** What the self-test met there: `refused`, `reachable` … */
  port(address: string, purpose: 'namesrv' | 'broker'): Locator {
    return this.interface(address).getByTestId(`port-${purpose}`)
  }

  async test(): Promise<void> {
    await this.page.getByTestId('address-test').click()
    await this.page.getByTestId('address-tested').waitFor()
  }

  async listenEverywhere(): Promise<void> {
    await this.page.getByText('All addresses (0.0.0.0)').click()
    await this.page.getByTestId('address-save').click()
    await this.page.getByTestId('address-stale').waitFor()
  }

  async restartNodes(): Promise<void> {
    await this.page.getByTestId('address-apply').click()
    await this.page.getByTestId('address-stale').waitFor({ state: 'detached' })
  }
}
