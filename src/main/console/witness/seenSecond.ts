/** What clients saw in the present second, and how a failure is called. */
import type { SeenPoint, SeenSends } from '../../../shared/faultViews'
import { responseCodeName } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'

/** The name of the broker's answer; TIMEOUT: no answer came; CLOSED: no connection, or it broke. */
export const failureName = (error: unknown): string => {
  if (error instanceof RemotingError) return responseCodeName(error.code)
  if (error instanceof RemotingTimeoutError) return 'TIMEOUT'
  return error instanceof RemotingConnectError ? 'CLOSED' : 'ERROR'
}

const none = (): SeenSends => ({ ok: 0, failed: {} })

const add = (sends: SeenSends, outcome: string, tookMs: number): void => {
  if (outcome !== 'SEND_OK') {
    sends.failed[outcome] = (sends.failed[outcome] ?? 0) + 1
    return
  }
  sends.ok++
  sends.slowestMs = Math.max(sends.slowestMs ?? 0, Math.round(tookMs))
}

export class SeenSecond {
  private sends = none()
  private received = 0
  private brokers: Record<string, SeenSends> = {}

  /** SEND_OK, another status of a message that is stored, or the name of a failure. */
  sent(outcome: string, tookMs: number, brokerName?: string): void {
    add(brokerName === undefined ? this.sends : this.of(brokerName), outcome, tookMs)
  }

  got(): void {
    this.received++
  }

  /** Ends the second; brokers that nothing was sent to are there with nothing. */
  take(at: number, brokerNames: readonly string[]): SeenPoint {
    for (const name of brokerNames) this.of(name)
    const { sends, received, brokers } = this
    this.sends = none()
    this.received = 0
    this.brokers = {}
    return { at, sends, received, brokers }
  }

  private of(brokerName: string): SeenSends {
    return (this.brokers[brokerName] ??= none())
  }
}
