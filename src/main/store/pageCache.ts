/** Consume queue pages that were read lately, the least recently used dropped first. */
export interface Page {
  /** Index of the first entry in `bytes`. */
  from: number
  bytes: Buffer
}

/** Keys are numbers: a queue's serial number and the page's within it. */
const KEY_STRIDE = 2 ** 32

export class PageCache {
  private readonly pages = new Map<number, Page>()
  private serials = 0

  constructor(private readonly capacity: number) {}

  /** A number for a queue; asking for another one forgets its pages. */
  newSerial(): number {
    return this.serials++
  }

  get(queue: number, page: number): Page | undefined {
    return this.pages.get(queue * KEY_STRIDE + page)
  }

  set(queue: number, page: number, value: Page): void {
    const key = queue * KEY_STRIDE + page
    this.pages.delete(key)
    this.pages.set(key, value)
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= this.capacity) break
      this.pages.delete(oldest)
    }
  }
}
