import type { ControlPort, FromNode, NodeStart, ToNode } from './control'

/** Where a node runs: its control port, the news of its end, and the way to end it. */
export interface NodeThread {
  readonly port: ControlPort<FromNode, ToNode>
  /** Resolves when it is gone, with what it died of; never rejects. */
  readonly exited: Promise<Error | undefined>
  /** At once and without clean-up, exactly like a crash. */
  kill(): Promise<void>
  /** Nothing of it runs any more: its sockets stay open, and nobody answers. */
  freeze(): void
  thaw(): void
}

export type SpawnNode = (kind: NodeStart['kind']) => NodeThread
