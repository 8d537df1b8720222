/** Tells of messages that became readable, in log order: as they are written, or once they are confirmed. */
import type { Disposable } from '../base/disposable'
import type { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import type { MessageArriving } from './messageStore'
import type { ReplicationGate } from './replica'

/** So many wait to be confirmed; with more of them the oldest are told early, and whoever asks then does not see them yet. */
export const MAX_UNCONFIRMED_ARRIVALS = 100_000

type Gate = Pick<ReplicationGate, 'confirmedEnd' | 'confirmed'>

export class Announcer {
  private gate: Gate | undefined
  private following: Disposable | undefined
  private waiting: MessageArriving[] = []

  constructor(
    private readonly arrivals: Emitter<MessageArriving>,
    private readonly log: Log
  ) {}

  /** From now on what this one confirms; undefined: everything. */
  follow(gate: Gate | undefined): void {
    this.following?.dispose()
    this.gate = gate
    this.following = gate?.confirmed.on(() => this.tellConfirmed())
    this.tellConfirmed()
  }

  announce(records: readonly MessageArriving[]): void {
    if (this.arrivals.size === 0) return
    if (this.gate === undefined || this.gate.confirmedEnd === Infinity) {
      this.tellConfirmed()
      this.tell(records)
      return
    }
    for (const record of records) this.waiting.push(record)
    this.tellConfirmed()
    const surplus = this.waiting.length - MAX_UNCONFIRMED_ARRIVALS
    if (surplus > 0) this.tell(this.waiting.splice(0, surplus))
  }

  private tellConfirmed(): void {
    if (this.waiting.length === 0) return
    const end = this.gate?.confirmedEnd ?? Infinity
    let count = 0
    while (count < this.waiting.length && this.waiting[count]!.physicalOffset < end) count++
    if (count > 0) this.tell(this.waiting.splice(0, count))
  }

  private tell(records: readonly MessageArriving[]): void {
    for (const record of records) {
      try {
        this.arrivals.emit(record)
      } catch (error) {
        // The message is stored whatever a listener makes of it.
        this.log.error('a listener of arrivals failed', error)
      }
    }
  }
}
