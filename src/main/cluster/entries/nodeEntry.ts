/** What every node's entry does with its control port; knows nothing of threads or processes. */
import type { CopyWatch } from '../../base/copyBytes'
import type { Disposable } from '../../base/disposable'
import { createLog, describeError, type Log } from '../../base/log'
import type { VirtualClock } from '../../base/virtualClock'
import type { CopiedStore } from '../../store/storeSnapshot'
import type { FromNode, NodeFaults, NodePort, NodeStart, NodeStarted, ToNode } from '../control'
import { nodeSnapshots } from './nodeSnapshots'
import { settled } from './settled'
import { problemOfStart } from './startProblem'

/** A node that runs, as its entry built it. */
export interface RunningNode {
  started: NodeStarted
  /** Turns the tail on; disposing turns it off. */
  openTail?(post: (message: FromNode) => void): Disposable
  /** Monotonic time of the last frame from or to a client. */
  lastActiveAt?(): number
  /** Writes itself to a folder that is not there. @throws the disk's error, or what `watch.check` throws. */
  snapshot?(target: string, watch: CopyWatch): Promise<CopiedStore>
  stop(): Promise<void>
}

interface Options<S extends NodeStart> {
  port: NodePort<S>
  clock: VirtualClock
  /** For the log, before the node knows its own name. */
  area: string
  /** Plays the faults of this node; all of them each time. */
  faults?: (faults: NodeFaults) => void
  run: (options: S, log: Log, post: (message: FromNode) => void) => Promise<RunningNode>
}

/** Answers start, stop, clock and tail; one start per port. */
export const serveNode = <S extends NodeStart>(options: Options<S>): void => {
  const { port, clock, area, faults, run } = options
  let running: Promise<RunningNode> | undefined
  let tail: Disposable | undefined
  let wantsTail = false
  let isStopping = false
  let lastActiveAt = (): number => -Infinity

  const post = (message: FromNode): void => port.post(message)
  const log = createLog(area, { now: () => clock.real.wall() }, ({ level, area, message, error }) =>
    post({
      kind: 'log',
      level,
      area,
      message,
      ...(error !== undefined && { error: describeError(error) })
    })
  )
  const followTail = (node: RunningNode): void => {
    if (wantsTail === (tail !== undefined)) return
    if (wantsTail) tail = node.openTail?.(post)
    else {
      tail?.dispose()
      tail = undefined
    }
  }

  const start = async (options: S): Promise<void> => {
    running = run(options, log, post)
    try {
      const node = await running
      if (isStopping) return
      lastActiveAt = () => node.lastActiveAt?.() ?? -Infinity
      followTail(node)
      post({ kind: 'started', node: node.started })
    } catch (error) {
      const problem = problemOfStart(error)
      if (problem.code === 'INTERNAL') log.error('cannot start', error)
      post({ kind: 'failed', problem })
    }
  }

  const stop = async (): Promise<void> => {
    isStopping = true
    tail?.dispose()
    // A line that is held would hold the stop.
    faults?.({ lines: [] })
    try {
      const node = await running?.catch(() => undefined)
      await node?.stop()
    } catch (error) {
      log.error('did not stop cleanly', error)
    }
    post({ kind: 'stopped' })
  }

  const showClock = async ({ setting, id }: ToNode & { kind: 'clock' }): Promise<void> => {
    await clock.apply(setting, (since) => settled(clock.real, since, lastActiveAt))
    const { nextDue } = clock
    post({ kind: 'clock', id, ...(nextDue < Infinity && { nextDue }) })
  }

  const snapshots = nodeSnapshots(post)

  port.on((message) => {
    switch (message.kind) {
      case 'snapshot':
        void snapshots.take(message, running)
        break
      case 'cancelSnapshot':
        snapshots.cancel(message.id)
        break
      case 'start':
        void start(message.options)
        break
      case 'stop':
        void stop()
        break
      case 'clock':
        void showClock(message)
        break
      case 'faults':
        if (!isStopping) faults?.(message.faults)
        break
      case 'tail':
        wantsTail = message.on
        void running?.then(followTail, () => undefined)
    }
  })
}
