/** Asks again for what a mounted component shows, when the engine says it is stale or the connection is back. */
import { onScopeDispose, watch } from 'vue'
import type { Noun } from '../../../shared/views'
import { connection, on } from '../api'
import { coalesce } from './coalesce'

const DEFAULT_PAUSE_MS = 500

export const useStale = (
  nouns: readonly Noun[],
  refresh: () => Promise<unknown>,
  pauseMs = DEFAULT_PAUSE_MS
) => {
  const { ask, stop } = coalesce(async () => {
    // What cannot be refreshed stays on screen; the page's own load, or the banner, tells why.
    await refresh().catch(() => undefined)
  }, pauseMs)
  const off = on('changed', (changed) => {
    if (changed.nouns.some((noun) => nouns.includes(noun))) ask()
  })
  watch(connection, (now, before) => {
    if (now === 'open' && before === 'lost') ask()
  })
  onScopeDispose(() => {
    off()
    stop()
  })
}
