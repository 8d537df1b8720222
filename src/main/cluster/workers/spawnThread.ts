import type { ResourceLimits } from 'node:worker_threads'
import type { SpawnNode } from '../nodeThread'
import createBrokerWorker from './broker.worker?nodeWorker'
import createNamesrvWorker from './namesrv.worker?nodeWorker'
import createProxyWorker from './proxy.worker?nodeWorker'
import { newNodeMemory } from './nodeMemory'
import { threadOf } from './threadOf'

/** Heap of one broker in MB: routes, queues and what waits to be written; message bodies live outside of it. */
export const BROKER_HEAP_MB = 256
/** Heap of one nameserver in MB. */
export const NAMESRV_HEAP_MB = 96
/** Heap of the proxy in MB: its clients, and messages on their way, 32 of 4 MiB a call at most. */
export const PROXY_HEAP_MB = 256
/** Young generation of a node in MB; small, because a bigger one is memory a node never gives back. */
const YOUNG_GENERATION_MB = 16

/** That of the proxy in MB: it makes many objects a call, and most are dead when the next one comes. */
const PROXY_YOUNG_GENERATION_MB = 64

const limits = (heapMb: number, youngMb: number): ResourceLimits => ({
  maxOldGenerationSizeMb: heapMb,
  maxYoungGenerationSizeMb: youngMb
})

/** Every node in a thread of its own: a busy broker never freezes the window, and a kill runs no clean-up. */
export const spawnThread: SpawnNode = (kind) => {
  const memory = newNodeMemory()
  const of = (heapMb: number, youngMb = YOUNG_GENERATION_MB) => ({
    ...{ resourceLimits: limits(heapMb, youngMb), name: kind, workerData: memory }
  })
  const create = {
    broker: () => createBrokerWorker(of(BROKER_HEAP_MB)),
    namesrv: () => createNamesrvWorker(of(NAMESRV_HEAP_MB)),
    proxy: () => createProxyWorker(of(PROXY_HEAP_MB, PROXY_YOUNG_GENERATION_MB))
  }
  return threadOf(create[kind](), memory)
}
