/** Latencies in microseconds, in buckets of about 1 % width, so that a run of any length costs the same memory. */
export class Histogram {
  private readonly counts = new Uint32Array(2048)
  total = 0

  record(micros: number): void {
    const index = Math.min(2047, Math.max(0, Math.round(Math.log(Math.max(micros, 1)) * 100)))
    this.counts[index]!++
    this.total++
  }

  /** Microseconds below which the share `quantile` (0 to 1) of all samples lies; 0 without samples. */
  quantile(quantile: number): number {
    let left = Math.ceil(this.total * quantile)
    for (let index = 0; index < this.counts.length; index++) {
      left -= this.counts[index]!
      if (left <= 0 && this.total > 0) return Math.exp(index / 100)
    }
    return 0
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
