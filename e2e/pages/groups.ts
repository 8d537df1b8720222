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

  async openDetail(group: string): Promise<Locator> {
    await this.row(group).click()
    const drawer = this.page.getByTestId('drawer')
    await drawer.waitFor()
    return drawer
  }
}
