import { MAX_LISTED_HOLES, type DamagedRange, type TornTail } from './inspection'

/** The damaged ranges found so far, oldest first, to whom lost records can be attributed. */
export class Damage {
  readonly holes: DamagedRange[] = []
  holeCount = 0
  tornTail: TornTail | null = null

  addHole(physicalOffset: number, bytes: number): void {
    this.holeCount++
    if (this.holes.length < MAX_LISTED_HOLES)
      this.holes.push({ physicalOffset, bytes, lostRecords: 0 })
  }

  /** The range that holds the byte at `physicalOffset`. */
  at(physicalOffset: number): DamagedRange | undefined {
    const index = this.firstBehind(physicalOffset)
    const range = this.holes[index - 1] ?? undefined
    if (range !== undefined && physicalOffset < range.physicalOffset + range.bytes) return range
    const tail = this.tornTail
    return tail !== null && physicalOffset >= tail.physicalOffset ? tail : undefined
  }

  /** The hole between two places of the log, if there is exactly one. */
  onlyOneBetween(from: number, to: number): DamagedRange | undefined {
    const index = this.firstBehind(from)
    const hole = this.holes[index]
    if (hole === undefined || hole.physicalOffset >= to) return undefined
    return (this.holes[index + 1]?.physicalOffset ?? Infinity) < to ? undefined : hole
  }

  /** Index of the first hole that begins behind `physicalOffset`. */
  private firstBehind(physicalOffset: number): number {
    let low = 0
    let high = this.holes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.holes[middle]!.physicalOffset > physicalOffset) high = middle
      else low = middle + 1
    }
    return low
  }
}
