import type { Handlers } from '../../shared/contract'
import type { Connections } from './connections/connections'

interface Deps {
  connections: Pick<Connections, 'list' | 'save' | 'remove' | 'use' | 'test' | 'look'>
}

export const connectionHandlers = ({ connections }: Deps) =>
  ({
    'connection.list': () => connections.list(),
    'connection.save': (draft) => connections.save(draft),
    'connection.delete': ({ number }) => connections.remove(number),
    'connection.use': ({ number }) => connections.use(number),
    'connection.test': (query) => connections.test(query),
    'connection.retry': async () => {
      await connections.look()
      return connections.list()
    }
  }) satisfies Partial<Handlers>
