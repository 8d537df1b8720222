/** How much a counter grew within the last while. */

/** Steps remembered; of more the two oldest become one, which tells growth for longer, never for less. */
export const MAX_STEPS = 120

export class Growth {
  /** The value from a moment on, oldest first. */
  private steps: { at: number; value: number }[] = []

  constructor(private readonly windowMs: number) {}

  /** Since `windowMs` ago, or since the first value. A counter that went back began anew. */
  added(value: number, now: number): number {
    const last = this.steps.at(-1)
    if (last && value < last.value) this.steps = []
    if (this.steps.at(-1)?.value !== value) this.steps.push({ at: now, value })
    if (this.steps.length > MAX_STEPS) this.steps.splice(1, 1)
    // The value that held when the window began stays as its beginning.
    while (this.steps.length > 1 && this.steps[1]!.at <= now - this.windowMs) this.steps.shift()
    return value - this.steps[0]!.value
  }
}
