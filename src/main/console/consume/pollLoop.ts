/** Looks again and again, while there is room for what it finds. */
import { sleep, type RealTime } from '../../base/clock'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import type { Consumption } from './consumption'

/** Between two looks that found nothing. */
export const LOOK_AGAIN_MS = 300
/** After a look that failed. */
const TRY_AGAIN_MS = 1000

/** What does not get better by trying again. */
const finalCodes: ReadonlySet<number> = new Set([
  ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
  ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.NO_PERMISSION
])

const isFinal = (error: unknown): boolean =>
  error instanceof RemotingError && finalCodes.has(error.code)

interface Deps {
  clock: RealTime
  consumption: Pick<Consumption, 'open' | 'report' | 'recovered' | 'end'>
  maxInHand: number
  /** Takes as many as there is room for; how many it found. */
  look: (room: number) => Promise<number>
}

export class PollLoop {
  private isStopped = false
  private running: Promise<void> | undefined

  constructor(private readonly deps: Deps) {}

  start(): void {
    this.running = this.run()
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.running
  }

  private async run(): Promise<void> {
    const { clock, consumption } = this.deps
    while (!this.isStopped) {
      const room = this.deps.maxInHand - consumption.open
      try {
        const found = room > 0 ? await this.deps.look(room) : 0
        consumption.recovered()
        if (found === 0 && !this.isStopped) await sleep(clock, LOOK_AGAIN_MS)
      } catch (error) {
        if (isFinal(error)) {
          this.isStopped = true
          // It waits for this loop, which is over then.
          void consumption.end(error)
          return
        }
        consumption.report(error)
        if (!this.isStopped) await sleep(clock, TRY_AGAIN_MS)
      }
    }
  }
}
