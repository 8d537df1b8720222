import type { Worker } from 'node:worker_threads'
import { toDisposable } from '../../base/disposable'
import type { FromNode } from '../control'
import type { NodeThread } from '../nodeThread'

/** A worker as the supervisor sees it. */
export const threadOf = (worker: Worker): NodeThread => {
  let failure: Error | undefined
  const exited = new Promise<Error | undefined>((resolve) => {
    worker.on(
      'error',
      (error) => (failure = error instanceof Error ? error : new Error(String(error)))
    )
    worker.on('exit', () => resolve(failure))
  })
  return {
    port: {
      post: (message) => worker.postMessage(message),
      on: (listener) => {
        const receive = (message: FromNode): void => listener(message)
        worker.on('message', receive)
        return toDisposable(() => worker.off('message', receive))
      }
    },
    exited,
    kill: async () => {
      await worker.terminate()
    }
  }
}
