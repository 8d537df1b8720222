import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { toDisposable } from '../../base/disposable'
import type { NodePort, NodeStart, ToNode } from '../control'
import { FROZEN, type NodeMemory } from './nodeMemory'

const own = (): MessagePort => {
  if (!parentPort) throw new Error('a node worker runs in a worker thread only')
  return parentPort
}

export const nodeMemory = (): NodeMemory => workerData as NodeMemory

/** Until it is woken; a freeze that was undone before it is heard of is none. */
const standStill = (): void => {
  Atomics.wait(new Int32Array(nodeMemory().gate), 0, FROZEN)
}

/** The control port of the thread this runs in. */
export const threadPort = <S extends NodeStart>(): NodePort<S> => {
  const port = own()
  return {
    post: (message) => port.postMessage(message),
    on: (listener) => {
      const receive = (message: ToNode<S>): void =>
        message.kind === 'freeze' ? standStill() : listener(message)
      port.on('message', receive)
      return toDisposable(() => port.off('message', receive))
    }
  }
}
