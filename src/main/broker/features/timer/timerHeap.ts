/** A waiting timer: when it is due, and what it is: its queue offset, or minus that and one for a message that cancels others. */
export interface Timer {
  readonly due: number
  readonly code: number
}

export const offsetOf = ({ code }: Pick<Timer, 'code'>): number => (code < 0 ? -code - 1 : code)

/** In the order of their time; at the same time those that cancel come first, then in the order they were parked. */
export const compareTimers = (a: Timer, b: Timer): number => a.due - b.due || a.code - b.code

const FIRST_CAPACITY = 1024

/** Waiting timers by time, 16 bytes each (up to twice that after growing). */
export class TimerHeap {
  private dues = new Float64Array(FIRST_CAPACITY)
  private codes = new Float64Array(FIRST_CAPACITY)
  private count = 0

  get size(): number {
    return this.count
  }

  /** The next one due. */
  get min(): Timer | undefined {
    return this.count === 0 ? undefined : this.at(0)
  }

  push({ due, code }: Timer): void {
    if (this.count === this.dues.length) this.grow()
    this.up(this.count++, due, code)
  }

  pop(): Timer | undefined {
    const { min } = this
    if (min === undefined) return undefined
    const last = this.at(--this.count)
    if (this.count > 0) this.down(0, last.due, last.code)
    return min
  }

  /** Queue offset of the one parked first; Infinity when none waits. */
  lowOffset(): number {
    let low = Infinity
    for (let i = 0; i < this.count; i++) low = Math.min(low, offsetOf({ code: this.codes[i]! }))
    return low
  }

  /** Queue offsets before `end`, ascending. */
  offsetsBefore(end: number): number[] {
    const found: number[] = []
    for (let i = 0; i < this.count; i++) {
      const offset = offsetOf({ code: this.codes[i]! })
      if (offset < end) found.push(offset)
    }
    return found.sort((a, b) => a - b)
  }

  /** Drops those whose queue offset is one of these; gives how many. */
  remove(isGone: (offset: number) => boolean): number {
    const before = this.count
    let kept = 0
    for (let i = 0; i < before; i++) {
      if (isGone(offsetOf({ code: this.codes[i]! }))) continue
      this.dues[kept] = this.dues[i]!
      this.codes[kept++] = this.codes[i]!
    }
    this.count = kept
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.down(i, this.dues[i]!, this.codes[i]!)
    return before - kept
  }

  private at(i: number): Timer {
    return { due: this.dues[i]!, code: this.codes[i]! }
  }

  private isBefore(i: number, due: number, code: number): boolean {
    const other = this.dues[i]!
    return other < due || (other === due && this.codes[i]! < code)
  }

  private up(i: number, due: number, code: number): void {
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (this.isBefore(parent, due, code)) break
      this.set(i, this.dues[parent]!, this.codes[parent]!)
      i = parent
    }
    this.set(i, due, code)
  }

  private down(i: number, due: number, code: number): void {
    for (;;) {
      let child = 2 * i + 1
      if (child >= this.count) break
      if (child + 1 < this.count && this.isBefore(child + 1, this.dues[child]!, this.codes[child]!))
        child++
      if (!this.isBefore(child, due, code)) break
      this.set(i, this.dues[child]!, this.codes[child]!)
      i = child
    }
    this.set(i, due, code)
  }

  private set(i: number, due: number, code: number): void {
    this.dues[i] = due
    this.codes[i] = code
  }

  private grow(): void {
    const larger = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(from.length * 2)
      to.set(from)
      return to
    }
    this.dues = larger(this.dues)
    this.codes = larger(this.codes)
  }
}
