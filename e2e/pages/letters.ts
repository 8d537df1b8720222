import type { Locator, Page } from '@playwright/test'

export class DeadLettersPage {
  constructor(private readonly page: Page) {}

  group(name: string): Locator {
    return this.page.getByTestId(`letter-group-${name}`)
  }

  row(group: string, offset: number): Locator {
    return this.page.getByTestId(`letter-${group}-${offset}`)
  }

  get count(): Locator {
    return this.page.getByTestId('letter-count')
  }

  get outcome(): Locator {
    return this.page.getByTestId('letter-outcome')
  }

  async choose(group: string, offset: number): Promise<void> {
    await this.row(group, offset).getByRole('checkbox').click()
  }

  async resend(to: 'group' | 'topic'): Promise<void> {
    await this.page.getByTestId('letter-resend').click()
    await this.page.getByTestId(`letter-to-${to}`).click()
    await this.page.getByTestId('dialog-confirm').click()
    await this.outcome.waitFor()
  }

  /** The file a browser was given. */
  async export(kind: string): Promise<Buffer> {
    await this.page.getByTestId('letter-export').click()
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByText(kind, { exact: true }).click()
    ])
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }
}
