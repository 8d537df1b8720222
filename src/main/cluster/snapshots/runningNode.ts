/** Asks a node that runs for a snapshot of itself, over its control port. */
import type { RealTime } from '../../base/clock'
import type { CopiedStore } from '../../store/storeSnapshot'
import type { ClusterNode } from '../clusterNode'
import { ProblemError, problemError } from '../problem'
import type { CopyWatch } from '../../base/copyBytes'

/** A node that says nothing for so long does not come to its end. */
export const SNAPSHOT_SILENCE_MS = 60_000

/** How often one looks whether it was given up meanwhile. */
const CHECK_PERIOD_MS = 200

type Node = Pick<ClusterNode, 'id' | 'state' | 'isFrozen' | 'messages' | 'changed' | 'say'>

let lastId = 0

/** @throws ProblemError of the node, NODE_BUSY where it is frozen, TIMEOUT, or what `watch.check` throws. */
export const snapshotRunningNode = (
  node: Node,
  target: string,
  clock: RealTime,
  { onBytes, check }: CopyWatch
): Promise<CopiedStore> => {
  if (node.isFrozen)
    return Promise.reject(
      new ProblemError('NODE_BUSY', { id: node.id }, `${node.id} is frozen; wake it first`)
    )
  const id = ++lastId
  return new Promise((resolve, reject) => {
    let known = 0
    let heardAt = clock.monotonic()
    let isCancelled = false
    const end = (settle: () => void): void => {
      for (const disposable of [listening, watching, looking]) disposable.dispose()
      settle()
    }
    const listening = node.messages.on((message) => {
      if (message.kind !== 'snapshot' || message.id !== id) return
      heardAt = clock.monotonic()
      const { step } = message
      if (step.kind === 'copied') {
        onBytes(step.bytes - known)
        known = step.bytes
      } else if (step.kind === 'done') end(() => resolve(step.copied))
      else end(() => reject(problemError(step.problem)))
    })
    const watching = node.changed.on(() => {
      if (node.state === 'running') return
      const message = `${node.id} ended while it was copied`
      end(() => reject(new ProblemError('NODE_NOT_RUNNING', { id: node.id }, message)))
    })
    const looking = clock.every(CHECK_PERIOD_MS, () => {
      try {
        check()
      } catch {
        // The node ends it and says so; where it does not, the silence does.
        if (!isCancelled) node.say({ kind: 'cancelSnapshot', id })
        isCancelled = true
      }
      if (clock.monotonic() - heardAt < SNAPSHOT_SILENCE_MS) return
      node.say({ kind: 'cancelSnapshot', id })
      const params = { id: node.id, address: node.id, timeoutMs: SNAPSHOT_SILENCE_MS }
      end(() => reject(new ProblemError('TIMEOUT', params, `${node.id} says nothing any more`)))
    })
    node.say({ kind: 'snapshot', id, target })
  })
}
