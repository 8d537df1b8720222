import type { Locator, Page } from '@playwright/test'

export class TrafficPage {
  constructor(private readonly page: Page) {}

  get produced(): Locator {
    return this.page.getByTestId('rate-produced')
  }

  get chart(): Locator {
    return this.page.getByTestId('traffic-chart')
  }

  get counts(): Locator {
    return this.page.getByTestId('tail-counts')
  }

  tail(text: string): Locator {
    return this.page.getByTestId('tail-row').filter({ hasText: text })
  }
}
