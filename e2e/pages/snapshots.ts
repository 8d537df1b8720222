import type { Locator, Page } from '@playwright/test'

export class SnapshotsTab {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByTestId('menu-cluster').click()
    await this.page.getByTestId('tab-snapshots').click()
    await this.page.getByTestId('snapshot-create').waitFor()
  }

  row(name: string): Locator {
    return this.page.getByTestId(`snapshot-${name}`)
  }

  async create(name: string, note = ''): Promise<void> {
    await this.page.getByTestId('snapshot-create').click()
    await this.page.getByTestId('snapshot-name').locator('input').fill(name)
    if (note) await this.page.getByLabel('Note').fill(note)
    await this.confirm()
    await this.row(name).waitFor()
  }

  async ask(verb: 'Restore' | 'Branch' | 'Delete', name: string): Promise<void> {
    await this.page.getByRole('button', { name: `${verb} ${name}`, exact: true }).click()
  }

  /** Until what was asked is done and the dialog gone. */
  async confirm(): Promise<void> {
    await this.page.getByTestId('dialog-confirm').click()
    await this.page.getByTestId('dialog').waitFor({ state: 'detached' })
  }
}
