import { parentPort, type MessagePort } from 'node:worker_threads'
import { toDisposable } from '../../base/disposable'
import type { NodePort, NodeStart, ToNode } from '../control'

const own = (): MessagePort => {
  if (!parentPort) throw new Error('a node worker runs in a worker thread only')
  return parentPort
}

/** The control port of the thread this runs in. */
export const threadPort = <S extends NodeStart>(): NodePort<S> => {
  const port = own()
  return {
    post: (message) => port.postMessage(message),
    on: (listener) => {
      const receive = (message: ToNode<S>): void => listener(message)
      port.on('message', receive)
      return toDisposable(() => port.off('message', receive))
    }
  }
}
