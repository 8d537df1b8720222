import type { Locator, Page } from '@playwright/test'

export class ConsumePage {
  constructor(private readonly page: Page) {}

  private async pick(testId: string, text: string): Promise<void> {
    const select = this.page.getByTestId(testId)
    await select.click()
    await select.locator('input').first().fill(text)
    await select.locator('input').first().press('Enter')
  }

  async tail(topic: string): Promise<void> {
    await this.page.getByTestId('tab-tail').click()
    await this.pick('tail-topic', topic)
  }

  tailRow(text: string): Locator {
    return this.page.locator('[data-testid^="tail-row-"]').filter({ hasText: text })
  }

  async consumer(topic: string, kind: 'Push' | 'Pull' | 'POP'): Promise<void> {
    await this.page.getByTestId('tab-consumer').click()
    await this.pick('consumer-topic', topic)
    await this.page.getByTestId('consumer-kind').click()
    await this.page.locator('.n-base-select-option').filter({ hasText: kind }).first().click()
    await this.page.getByTestId('consumer-from').getByText('The oldest').click()
  }

  async start(): Promise<void> {
    await this.page.getByTestId('consumer-start').click()
  }

  consumed(text: string): Locator {
    return this.page.locator('[data-testid^="consumed-"]').filter({ hasText: text })
  }

  get counts(): Locator {
    return this.page.getByTestId('consumer-counts')
  }
}
