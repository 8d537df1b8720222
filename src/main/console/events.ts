/** What the engine pushes. Subscriptions are counted, so that what nobody watches costs nothing. */
import type { EventName, Events } from '../../shared/contract'
import type { Noun } from '../../shared/views'
import type { RealTime } from '../base/clock'
import { toDisposable, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'

/** At most four `changed` a second. */
export const CHANGED_PERIOD_MS = 250

type Listener<K extends EventName> = (payload: Events[K]) => void

/** Starts a source with its first listener and ends it with its last. */
export type Source = () => Disposable

export class EventHub {
  private readonly emitters: { [K in EventName]: Emitter<Events[K]> } = {
    changed: new Emitter(),
    traffic: new Emitter(),
    tail: new Emitter(),
    notice: new Emitter(),
    seen: new Emitter()
  }
  private readonly sources = new Map<EventName, Source>()
  private readonly running = new Map<EventName, Disposable>()
  private readonly stale = new Set<Noun>()
  private pause: Disposable | undefined

  constructor(private readonly clock: RealTime) {}

  /** What has to run while somebody listens to an event. */
  feed(event: EventName, source: Source): void {
    this.sources.set(event, source)
  }

  on<K extends EventName>(event: K, listener: Listener<K>): Disposable {
    const emitter = this.emitters[event]
    const listening = emitter.on(listener)
    const source = this.sources.get(event)
    if (emitter.size === 1 && source) this.running.set(event, source())
    return toDisposable(() => {
      listening.dispose()
      if (emitter.size > 0) return
      this.running.get(event)?.dispose()
      this.running.delete(event)
    })
  }

  emit<K extends EventName>(event: K, payload: Events[K]): void {
    this.emitters[event].emit(payload)
  }

  /** The first one of a quiet time leaves at once, those that follow within `CHANGED_PERIOD_MS` leave together. */
  markStale(...nouns: Noun[]): void {
    for (const noun of nouns) this.stale.add(noun)
    if (!this.pause) this.flush()
  }

  dispose(): void {
    this.pause?.dispose()
    for (const source of this.running.values()) source.dispose()
    this.running.clear()
  }

  private flush(): void {
    this.pause = undefined
    if (this.stale.size === 0) return
    const nouns = [...this.stale]
    this.stale.clear()
    this.pause = this.clock.after(CHANGED_PERIOD_MS, () => this.flush())
    this.emit('changed', { nouns })
  }
}
