/** What every node's entry does with its control port; knows nothing of threads or processes. */
import type { Clock } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import { createLog, describeError, type Log } from '../../base/log'
import type { FromNode, NodePort, NodeStart, NodeStarted } from '../control'
import { problemOfStart } from './startProblem'

/** A node that runs, as its entry built it. */
export interface RunningNode {
  started: NodeStarted
  /** Turns the tail on; disposing turns it off. */
  openTail?(post: (message: FromNode) => void): Disposable
  stop(): Promise<void>
}

interface Options<S extends NodeStart> {
  port: NodePort<S>
  clock: Clock
  /** For the log, before the node knows its own name. */
  area: string
  run: (options: S, log: Log, post: (message: FromNode) => void) => Promise<RunningNode>
}

/** Answers start, stop and tail; one start per port. */
export const serveNode = <S extends NodeStart>({ port, clock, area, run }: Options<S>): void => {
  let running: Promise<RunningNode> | undefined
  let tail: Disposable | undefined
  let wantsTail = false
  let isStopping = false

  const post = (message: FromNode): void => port.post(message)
  const log = createLog(area, clock, ({ level, area, message, error }) =>
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
    try {
      const node = await running?.catch(() => undefined)
      await node?.stop()
    } catch (error) {
      log.error('did not stop cleanly', error)
    }
    post({ kind: 'stopped' })
  }

  port.on((message) => {
    switch (message.kind) {
      case 'start':
        void start(message.options)
        break
      case 'stop':
        void stop()
        break
      case 'tail':
        wantsTail = message.on
        void running?.then(followTail, () => undefined)
    }
  })
}
