import type { Worker } from 'node:worker_threads'
import { toDisposable } from '../../base/disposable'
import type { FromNode, ToNode } from '../control'
import type { NodeThread } from '../nodeThread'
import { FROZEN, FREE, type NodeMemory } from './nodeMemory'

/** A worker as the supervisor sees it; `memory` is what it was given as `workerData`. */
export const threadOf = (worker: Worker, memory: Pick<NodeMemory, 'gate'>): NodeThread => {
  let failure: Error | undefined
  const exited = new Promise<Error | undefined>((resolve) => {
    worker.on(
      'error',
      (error) => (failure = error instanceof Error ? error : new Error(String(error)))
    )
    worker.on('exit', () => resolve(failure))
  })
  const post = (message: ToNode): void => worker.postMessage(message)
  const gate = new Int32Array(memory.gate)
  return {
    port: {
      post,
      on: (listener) => {
        const receive = (message: FromNode): void => listener(message)
        worker.on('message', receive)
        return toDisposable(() => worker.off('message', receive))
      }
    },
    exited,
    kill: async () => {
      await worker.terminate()
    },
    freeze: () => {
      Atomics.store(gate, 0, FROZEN)
      post({ kind: 'freeze' })
    },
    thaw: () => {
      Atomics.store(gate, 0, FREE)
      Atomics.notify(gate, 0)
    }
  }
}
