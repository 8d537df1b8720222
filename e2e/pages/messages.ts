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

  private async choose(testId: string, name: string): Promise<void> {
    const select = this.page.getByTestId(testId)
    await select.click()
    await select.locator('input').first().fill(name)
    await select.locator('input').first().press('Enter')
  }

  /** Fills in the search form by its labels and searches. */
  async search(topic: string, fields: Record<string, string> = {}): Promise<void> {
    await this.page.getByTestId('tab-search').click()
    await this.page.getByRole('button', { name: 'Clear form' }).click()
    if (topic !== '') await this.choose('search-topic', topic)
    const more = this.page.getByTestId('search-more')
    if ((await more.getAttribute('aria-expanded')) === 'false') await more.click()
    for (const [label, value] of Object.entries(fields))
      await this.page.getByLabel(label, { exact: true }).fill(value)
    await this.page.getByTestId('search-start').click()
  }

  found(text: string): Locator {
    return this.page.locator('[data-testid^="found-"][role="row"]').filter({ hasText: text })
  }

  count(name: 'shown' | 'matched' | 'scanned' | 'remaining'): Locator {
    return this.page.getByTestId(`search-${name}`)
  }

  track(group: string): Locator {
    return this.detail.getByTestId(`track-${group}`)
  }

  async replay(from: string, into: string, perSecond: string): Promise<void> {
    await this.page.getByTestId('tab-replay').click()
    await this.choose('replay-source', from)
    await this.choose('replay-target', into)
    await this.page.getByText('At a steady rate').click()
    await this.page.getByRole('textbox', { name: 'Messages per second' }).fill(perSecond)
    await this.page.getByTestId('replay-start').click()
  }

  get replayState(): Locator {
    return this.page.getByTestId('replay')
  }
}
