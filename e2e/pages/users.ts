import type { Locator, Page } from '@playwright/test'

/** Users & permissions. */
export class UsersPage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByTestId('menu-users').click()
    await this.page.getByTestId('access-status').waitFor()
  }

  get dialog(): Locator {
    return this.page.getByTestId('dialog')
  }

  get state(): Locator {
    return this.page.getByTestId('access-state')
  }

  user(username: string): Locator {
    return this.page.getByTestId(`user-row-${username}`)
  }

  entry(username: string, resource: string): Locator {
    return this.page.getByTestId(`entry-row-User:${username} Custom ${resource}`)
  }

  tab(name: 'users' | 'policies' | 'test'): Promise<void> {
    return this.page.getByTestId(`tab-${name}`).click()
  }

  async confirm(): Promise<void> {
    await this.dialog.getByTestId('dialog-confirm').click()
    await this.dialog.waitFor({ state: 'hidden' })
  }

  async create(username: string, password: string): Promise<void> {
    await this.page.getByTestId('user-add').click()
    await this.dialog.getByLabel('User', { exact: true }).fill(username)
    await this.dialog.getByLabel('Password', { exact: true }).fill(password)
    await this.confirm()
  }

  async choose(testId: string, label: string): Promise<void> {
    await this.page.getByTestId(testId).click()
    await this.page.locator('.n-base-select-option', { hasText: label }).first().click()
  }

  /** A permission of the user whose key was pressed. */
  async grant(username: string, name: string, actions: readonly string[]): Promise<void> {
    await this.user(username).getByLabel(`Give a permission to ${username}`).click()
    await this.dialog.getByLabel('Name', { exact: true }).fill(name)
    for (const action of actions)
      await this.dialog.getByRole('checkbox', { name: action, exact: true }).click()
    await this.confirm()
  }

  async test(username: string, name: string): Promise<Locator> {
    await this.tab('test')
    await this.choose('test-user', username)
    await this.page.getByLabel('Name', { exact: true }).fill(name)
    await this.page.getByTestId('test-run').click()
    return this.page.getByTestId('test-result')
  }
}
