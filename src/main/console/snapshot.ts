import type { Handlers } from '../../shared/contract'
import type { Snapshots } from '../cluster/snapshots/snapshots'

interface Deps {
  snapshots: Pick<
    Snapshots,
    'view' | 'create' | 'restore' | 'branch' | 'rename' | 'remove' | 'cancel'
  >
}

export const snapshotHandlers = ({ snapshots }: Deps) =>
  ({
    'snapshot.list': () => snapshots.view(),
    'snapshot.create': async ({ name, note }) => ({ number: await snapshots.create(name, note) }),
    'snapshot.restore': ({ number, keepAs }) => snapshots.restore(number, keepAs),
    'snapshot.branch': async ({ number, name }) => ({
      cluster: await snapshots.branch(number, name)
    }),
    'snapshot.rename': ({ number, name, note }) => snapshots.rename(number, name, note),
    'snapshot.delete': ({ number }) => snapshots.remove(number),
    'snapshot.cancel': () => snapshots.cancel()
  }) satisfies Partial<Handlers>
