import { sleep, type RealTime } from '../../base/clock'
import { endOfTurn } from '../../base/turn'

/** No frame for so long: clients have answered what a timer sent them. */
export const QUIET_MS = 30
/** Waited at most for that, where there is always traffic. */
export const SETTLE_LIMIT_MS = 300
/** Turns of the event loop in which a timer's effects reach the sockets. */
const TURNS = 4

const turn = (): Promise<void> => new Promise((resolve) => endOfTurn(resolve))

/**
 * Resolves when what a timer brought about is over, as far as a node can tell: no frame came or went since it ran, or
 * none any more for `QUIET_MS`. All times are monotonic.
 */
export const settled = async (
  real: RealTime,
  since: number,
  lastActiveAt: () => number
): Promise<void> => {
  for (let i = 0; i < TURNS; i++) await turn()
  for (;;) {
    const at = lastActiveAt()
    const now = real.monotonic()
    const leftMs = Math.min(at + QUIET_MS, since + SETTLE_LIMIT_MS) - now
    if (at < since || leftMs <= 0) return
    await sleep(real, leftMs)
  }
}
