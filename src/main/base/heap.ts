/** A binary heap: the least is at hand, a push and a pop take log n steps. */
export class Heap<T> {
  private items: T[] = []

  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length
  }

  get min(): T | undefined {
    return this.items[0]
  }

  push(item: T): void {
    this.items.push(item)
    this.rise(this.items.length - 1)
  }

  pop(): T | undefined {
    const [min] = this.items
    const last = this.items.pop()
    if (last !== undefined && this.items.length > 0) {
      this.items[0] = last
      this.sink(0)
    }
    return min
  }

  /** Drops the others. */
  retain(isKept: (item: T) => boolean): void {
    this.items = this.items.filter(isKept)
    for (let i = (this.items.length >> 1) - 1; i >= 0; i--) this.sink(i)
  }

  private rise(i: number): void {
    const item = this.items[i]!
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = this.items[parent]!
      if (!this.isBefore(item, above)) break
      this.items[i] = above
      i = parent
    }
    this.items[i] = item
  }

  private sink(i: number): void {
    const item = this.items[i]!
    for (;;) {
      let child = 2 * i + 1
      if (child >= this.items.length) break
      const right = this.items[child + 1]
      if (right !== undefined && this.isBefore(right, this.items[child]!)) child++
      const below = this.items[child]!
      if (!this.isBefore(below, item)) break
      this.items[i] = below
      i = child
    }
    this.items[i] = item
  }
}
