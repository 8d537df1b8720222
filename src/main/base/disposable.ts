/** Everything opened is disposable, and is registered at the line that creates it. */
export interface Disposable {
  dispose(): void
}

export const toDisposable = (dispose: () => void): Disposable => {
  let done = false
  return {
    dispose: () => {
      if (done) return
      done = true
      dispose()
    }
  }
}

/** A bag of disposables, disposed in reverse order of adding. */
export class Disposables implements Disposable {
  private readonly items: Disposable[] = []
  private disposed = false

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose()
    else this.items.push(item)
    return item
  }

  dispose(): void {
    this.disposed = true
    for (let item = this.items.pop(); item; item = this.items.pop()) item.dispose()
  }
}
