import type { Locator, Page } from '@playwright/test'

export interface Draft {
  topic: string
  tag?: string
  keys?: string
  body: string
}

export class MessagesPage {
  constructor(private readonly page: Page) {}

  async send({ topic, tag, keys, body }: Draft): Promise<void> {
    await this.page.getByTestId('tab-send').click()
    const select = this.page.getByTestId('composer-topic')
    await select.click()
    await select.locator('input').first().fill(topic)
    await select.locator('input').first().press('Enter')
    await this.page.getByLabel('Tag', { exact: true }).fill(tag ?? '')
    await this.page.getByLabel('Keys', { exact: true }).fill(keys ?? '')
    await this.page.getByLabel('Body', { exact: true }).fill(body)
    await this.sendAgain()
  }

  async sendAgain(): Promise<void> {
    await this.page.getByRole('button', { name: 'Send message' }).click()
  }

  get result(): Locator {
    return this.page.getByTestId('send-result')
  }

  get problem(): Locator {
    return this.page.getByTestId('send-problem')
  }

  async browse(topic: string): Promise<void> {
    await this.page.getByTestId('tab-browse').click()
    const select = this.page.getByTestId('browse-topic')
    await select.click()
    await select.locator('input').first().fill(topic)
    await select.locator('input').first().press('Enter')
  }

  row(text: string): Locator {
    return this.page.locator('[data-testid^="message-row-"]').filter({ hasText: text })
  }

  get detail(): Locator {
    return this.page.getByTestId('message-detail')
  }

  get trace(): Locator {
    return this.detail.getByTestId('message-trace')
  }
}
