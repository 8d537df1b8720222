import type { ResourceLimits } from 'node:worker_threads'
import type { SpawnNode } from '../nodeThread'
import createBrokerWorker from './broker.worker?nodeWorker'
import createNamesrvWorker from './namesrv.worker?nodeWorker'
import { threadOf } from './threadOf'

/** Heap of one broker in MB: routes, queues and what waits to be written; message bodies live outside of it. */
export const BROKER_HEAP_MB = 256
/** Heap of one nameserver in MB. */
export const NAMESRV_HEAP_MB = 96
/** Young generation of a node in MB; small, because a bigger one is memory a node never gives back. */
const YOUNG_GENERATION_MB = 16

const limits = (heapMb: number): ResourceLimits => ({
  maxOldGenerationSizeMb: heapMb,
  maxYoungGenerationSizeMb: YOUNG_GENERATION_MB
})

/** Every node in a thread of its own: a busy broker never freezes the window, and a kill runs no clean-up. */
export const spawnThread: SpawnNode = (kind) =>
  threadOf(
    kind === 'broker'
      ? createBrokerWorker({ resourceLimits: limits(BROKER_HEAP_MB), name: 'broker' })
      : createNamesrvWorker({ resourceLimits: limits(NAMESRV_HEAP_MB), name: 'namesrv' })
  )
