/** What `api.ts` needs from below, whichever way the engine is reached. */
import type { EventName, Outcome } from '../../../shared/contract'

/** `refused`: the server does not know our token; only a fresh address helps. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

export interface Transport {
  call(method: string, params: unknown): Promise<Outcome<unknown>>
  on(event: EventName, listener: (payload: unknown) => void): () => void
  onState(listener: (state: ConnectionState) => void): void
}
