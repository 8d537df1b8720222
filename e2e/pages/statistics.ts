import type { Locator, Page } from '@playwright/test'

export class StatisticsPage {
  constructor(private readonly page: Page) {}

  now(metric: string): Locator {
    return this.page.getByTestId(`now-${metric}`)
  }

  get chart(): Locator {
    return this.page.getByTestId('history-chart')
  }

  get history(): Locator {
    return this.page.getByTestId('history')
  }

  top(list: 'topics' | 'groups' | 'lag'): Locator {
    return this.page.getByTestId(`top-${list}`)
  }

  broker(id: string): Locator {
    return this.page.getByTestId(`broker-statistics-${id}`)
  }

  async choose(testId: string, option: string): Promise<void> {
    await this.page.getByTestId(testId).click()
    await this.page.locator('.n-base-select-option').getByText(option, { exact: true }).click()
  }
}
