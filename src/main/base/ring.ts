/** Keeps the newest `capacity` items. */
export class Ring<T> {
  private readonly items: T[] = []
  private next = 0

  constructor(readonly capacity: number) {}

  push(item: T): void {
    if (this.items.length < this.capacity) this.items.push(item)
    else this.items[this.next] = item
    this.next = (this.next + 1) % this.capacity
  }

  /** Oldest first. */
  toArray(): T[] {
    if (this.items.length < this.capacity) return [...this.items]
    return [...this.items.slice(this.next), ...this.items.slice(0, this.next)]
  }

  get length(): number {
    return this.items.length
  }

  clear(): void {
    this.items.length = 0
    this.next = 0
  }
}
