import type { Caller, EventName, Outcome } from '../../shared/contract'
import { Disposables, type Disposable } from '../base/disposable'
import type { Console } from './console'

/** Calls one window may have unanswered; beyond it the answer is SYSTEM_BUSY. */
export const MAX_CALLS_IN_FLIGHT = 64

type Push = (event: EventName, payload: unknown) => void

/** One window or WebSocket: its calls are bounded, its subscriptions, and what is held for it, end with it. */
export class Session implements Disposable {
  private readonly subscriptions = new Map<EventName, Disposable>()
  private inFlight = 0
  private isOver = false

  constructor(
    private readonly console: Pick<Console, 'call' | 'on' | 'forget'>,
    private readonly caller: Caller,
    private readonly push: Push
  ) {}

  async call(method: string, params: unknown): Promise<Outcome<unknown>> {
    if (this.inFlight >= MAX_CALLS_IN_FLIGHT) {
      const message = `this window waits for ${this.inFlight} answers already`
      return { ok: false, error: { code: 'SYSTEM_BUSY', message } }
    }
    this.inFlight++
    try {
      return await this.console.call(method, params, this.caller)
    } finally {
      this.inFlight--
    }
  }

  /** Subscribing twice is subscribing once. */
  subscribe(event: EventName): void {
    if (this.isOver || this.subscriptions.has(event)) return
    this.subscriptions.set(
      event,
      this.console.on(event, (payload) => this.push(event, payload))
    )
  }

  unsubscribe(event: EventName): void {
    this.subscriptions.get(event)?.dispose()
    this.subscriptions.delete(event)
  }

  dispose(): void {
    this.isOver = true
    this.console.forget(this.caller)
    const all = new Disposables()
    for (const subscription of this.subscriptions.values()) all.add(subscription)
    this.subscriptions.clear()
    all.dispose()
  }
}
