import type { Locator, Page } from '@playwright/test'

export class GroupsPage {
  constructor(private readonly page: Page) {}

  row(group: string): Locator {
    return this.page.getByTestId(`group-row-${group}`)
  }

  async create(group: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Create group' }).first().click()
    const dialog = this.page.getByTestId('dialog')
    await dialog.getByLabel('Group name').fill(group)
    await this.page.getByTestId('dialog-confirm').click()
    await dialog.waitFor({ state: 'hidden' })
  }

  async delete(group: string): Promise<void> {
    await this.page.getByRole('button', { name: `Delete group ${group}` }).click()
    await this.page.getByTestId('dialog-confirm').click()
    await this.page.getByTestId('dialog').waitFor({ state: 'hidden' })
  }

  get drawer(): Locator {
    return this.page.getByTestId('drawer')
  }

  /** Of the open group. */
  async tab(name: string): Promise<void> {
    await this.drawer.getByText(name, { exact: true }).click()
  }

  /** From the open group to the preview of a reset. */
  async previewReset(kind: 'time' | 'min' | 'max'): Promise<Locator> {
    await this.page.getByTestId('reset-open').click()
    const dialog = this.page.getByTestId('dialog')
    await dialog.getByTestId(`reset-to-${kind}`).click()
    await this.page.getByTestId('dialog-confirm').click()
    await dialog.getByTestId('reset-again').waitFor()
    return dialog
  }

  async openDetail(group: string): Promise<Locator> {
    await this.row(group).click()
    const drawer = this.page.getByTestId('drawer')
    await drawer.waitFor()
    return drawer
  }
}
