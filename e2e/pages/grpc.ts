import type { Locator, Page } from '@playwright/test'

/** What the Cluster page's overview shows of the proxy: its clients, and how to become one. */
export class GrpcSection {
  constructor(private readonly page: Page) {}

  get clients(): Locator {
    return this.page.getByTestId('grpc-clients')
  }

  /** A row by the kind of the client. */
  client(kind: string): Locator {
    return this.page.locator('[data-testid^="grpc-client-"]').filter({ hasText: kind })
  }

  get connect(): Locator {
    return this.page.getByTestId('connect')
  }

  get address(): Locator {
    return this.page.getByTestId('grpc-address')
  }

  get snippet(): Locator {
    return this.page.getByTestId('snippet')
  }

  async choose(protocol: 'grpc' | 'remoting', language: string): Promise<void> {
    await this.page.getByTestId(`connect-${protocol}`).click()
    await this.connect.getByText(language, { exact: true }).click()
  }

  /** To the clipboard, and from there. */
  async copySnippet(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await this.page.getByRole('button', { name: 'Copy snippet' }).click()
    return this.page.evaluate<string>('navigator.clipboard.readText()')
  }
}
