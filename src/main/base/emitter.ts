import { toDisposable, type Disposable } from './disposable'

/** Announces that something happened; events state facts, they never steer. */
export class Emitter<T> {
  private listeners: ((event: T) => void)[] = []

  on(listener: (event: T) => void): Disposable {
    this.listeners = [...this.listeners, listener]
    return toDisposable(() => {
      this.listeners = this.listeners.filter((l) => l !== listener)
    })
  }

  emit(event: T): void {
    for (const listener of this.listeners) listener(event)
  }

  get size(): number {
    return this.listeners.length
  }
}
