/** The newest values of many series on one grid of time; what was never measured is NaN, not 0. */
export class Level {
  /** Which slot each place holds: a clock that was set leaves gaps, never wrong neighbours. */
  private readonly slots: Float64Array
  private readonly columns = new Map<string, Float32Array>()

  constructor(
    readonly periodMs: number,
    readonly capacity: number
  ) {
    this.slots = new Float64Array(capacity).fill(-1)
  }

  slotOf(at: number): number {
    return Math.floor(at / this.periodMs)
  }

  set(slot: number, key: string, value: number): void {
    const place = slot % this.capacity
    if (this.slots[place] !== slot) {
      this.slots[place] = slot
      for (const column of this.columns.values()) column[place] = NaN
    }
    let column = this.columns.get(key)
    if (!column) this.columns.set(key, (column = new Float32Array(this.capacity).fill(Number.NaN)))
    column[place] = value
  }

  get(slot: number, key: string): number | undefined {
    const place = slot % this.capacity
    if (this.slots[place] !== slot) return undefined
    const value = this.columns.get(key)?.[place]
    return value === undefined || Number.isNaN(value) ? undefined : value
  }

  /** Whether the slot was ever written. */
  has(slot: number): boolean {
    return this.slots[slot % this.capacity] === slot
  }

  keys(): IterableIterator<string> {
    return this.columns.keys()
  }

  /** Nothing of it lies in the slots from `slot` on. */
  isEmptySince(slot: number, key: string): boolean {
    const column = this.columns.get(key)
    return !column?.some((value, place) => !Number.isNaN(value) && this.slots[place]! >= slot)
  }

  drop(key: string): void {
    this.columns.delete(key)
  }
}
