import type { Locator, Page } from '@playwright/test'

/** The Design tab of the Cluster page. */
export class DesignPage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByTestId('tab-design').click()
    await this.drawing.waitFor()
  }

  get drawing(): Locator {
    return this.page.getByTestId('drawing')
  }

  get form(): Locator {
    return this.page.getByTestId('node-form')
  }

  get problems(): Locator {
    return this.page.getByTestId('spec-problems')
  }

  /** Of the drawing, by the name of its folder: `broker-0`. */
  node(key: string): Locator {
    return this.page.getByTestId(`drawn-${key}`)
  }

  saved(name: string): Locator {
    return this.page.getByTestId(`saved-${name}`)
  }

  button(id: string): Locator {
    return this.page.getByTestId(id)
  }

  port(node: string, use: string): Locator {
    return this.page.getByTestId(`port-${node}-${use}`)
  }

  /** A field of the form by the test id of its component. */
  field(id: string): Locator {
    return this.page.getByTestId(id).locator('input')
  }

  async confirm(): Promise<void> {
    await this.page.getByTestId('dialog-confirm').click()
  }
}
