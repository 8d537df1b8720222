type Close = () => void | Promise<void>

/** What closes again, newest first, when a later step fails and on stop. */
export class Closers {
  private readonly closers: Close[] = []

  add(close: Close): void {
    this.closers.push(close)
  }

  async closeAll(): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) await close()
  }
}
