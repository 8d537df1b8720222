/** Streams the peer may cut, or make us cut: opening and cutting costs it nothing and us much. */
import type { RealTime } from '../../base/clock'
import { ConnectionError, ErrorCode } from './frames'

/** At once. */
const MAX_RESETS = 2000
const RESETS_PER_SECOND = 1000

export class ResetBudget {
  private resets = 0
  private at: number

  constructor(private readonly clock: RealTime) {
    this.at = clock.monotonic()
  }

  /** @throws ConnectionError when there were too many. */
  spend(): void {
    const now = this.clock.monotonic()
    const forgotten = ((now - this.at) / 1000) * RESETS_PER_SECOND
    this.resets = Math.max(0, this.resets - forgotten) + 1
    this.at = now
    if (this.resets > MAX_RESETS)
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many calls were cut')
  }
}
