/** A minute or an hour under way: what its parts come to. */
export class Span {
  slot: number | undefined
  private readonly values = new Map<string, { total: number; parts: number }>()

  add(key: string, value: number, whole: 'mean' | 'max'): void {
    const known = this.values.get(key)
    if (!known) this.values.set(key, { total: value, parts: 1 })
    else if (whole === 'max') known.total = Math.max(known.total, value)
    else {
      known.total += value
      known.parts++
    }
  }

  get(key: string): number | undefined {
    const known = this.values.get(key)
    return known && known.total / known.parts
  }

  /** All, and begins anew. */
  take(): [key: string, value: number][] {
    const values = [...this.values].map(([key, { total, parts }]): [string, number] => [
      key,
      total / parts
    ])
    this.values.clear()
    return values
  }
}
