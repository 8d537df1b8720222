import type { Locator, Page } from '@playwright/test'

export class TopicsPage {
  constructor(private readonly page: Page) {}

  row(topic: string): Locator {
    return this.page.getByTestId(`topic-row-${topic}`)
  }

  async create(topic: string, queues?: number): Promise<void> {
    await this.page.getByRole('button', { name: 'Create topic' }).first().click()
    await this.fillForm(topic, queues)
  }

  /** The form is open, on whichever page it was opened. */
  async fillForm(topic: string | undefined, queues?: number): Promise<void> {
    const dialog = this.page.getByTestId('dialog')
    if (topic !== undefined) await dialog.getByLabel('Topic name').fill(topic)
    if (queues !== undefined) {
      await dialog.getByLabel('Read queues').fill(String(queues))
      await dialog.getByLabel('Write queues').fill(String(queues))
    }
    await this.page.getByTestId('dialog-confirm').click()
    await dialog.waitFor({ state: 'hidden' })
  }

  async delete(topic: string): Promise<void> {
    await this.page.getByRole('button', { name: `Delete topic ${topic}` }).click()
    await this.page.getByLabel('Type the name to confirm').fill(topic)
    await this.page.getByTestId('dialog-confirm').click()
    await this.page.getByTestId('dialog').waitFor({ state: 'hidden' })
  }

  async openDetail(topic: string): Promise<Locator> {
    await this.row(topic).click()
    const drawer = this.page.getByTestId('drawer')
    await drawer.waitFor()
    return drawer
  }
}
