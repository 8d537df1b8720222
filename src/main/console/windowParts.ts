/** What windows have of their own in the cluster: the composer's client and runs, and consumers. */
import type { Caller } from '../../shared/contract'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { sleep, type Clock } from '../base/clock'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import { composeHandlers } from './compose'
import { Kept, type ComposerCollection } from './compose/kept'
import { Runs } from './compose/runs'
import { Transactions } from './compose/transactions'
import type { Connections } from './connections/connections'
import { consumeHandlers } from './consume'
import { Consumptions } from './consume/consumptions'
import type { EventHub } from './events'
import { STALE_BY_TRAFFIC } from './staleness'
import { WindowClients } from './windowClients'

/** A broker that does not answer is not waited for longer when the engine ends. */
const LEAVE_MS = 2000

interface Deps {
  clock: Clock
  random: Random
  log: Log
  admin: Admin
  composer: ComposerCollection
  connections: Pick<Connections, 'target' | 'switched'>
  hub: Pick<EventHub, 'markStale'>
  problemOf: (error: unknown) => Problem
}

export const openWindowParts = (deps: Deps) => {
  const { clock, random, log, admin, connections, hub, problemOf } = deps
  const real = clock.real
  const transactions = new Transactions({ clock: real, log, problemOf })
  const clients = new WindowClients({
    ...{ random, log, target: () => connections.target },
    onCheck: (half, message, client) => transactions.checked(client, half, message.body)
  })
  const kept = new Kept({ composer: deps.composer, clock: real })
  const runs = new Runs({
    ...{ clock: real, problemOf },
    onProgress: () => hub.markStale('compose', ...STALE_BY_TRAFFIC)
  })
  const consumptions = new Consumptions({
    ...{ admin, clock: real, random, log, problemOf },
    openClient: () => clients.openInstance()
  })
  transactions.changed.on(() => hub.markStale('compose'))
  connections.switched.on(() => {
    runs.stopAll()
    transactions.clear()
    clients.dispose()
    void consumptions.leave()
  })
  return {
    handlers: {
      ...composeHandlers({ admin, clients, kept, runs, transactions, problemOf }),
      ...consumeHandlers({ admin, clients, consumptions, problemOf })
    },
    forget: (caller: Caller): void => {
      runs.forget(caller)
      void consumptions.forget(caller)
    },
    leave: async (): Promise<void> => {
      runs.stopAll()
      const left = consumptions.leave().then(() => clients.leave())
      await Promise.race([left, sleep(real, LEAVE_MS)])
      clients.dispose()
    }
  }
}
