/** A node's thread played by a test. */
import { Emitter } from '../base/emitter'
import type { FromNode, ToNode } from './control'
import type { NodeThread } from './nodeThread'

export class FakeThread implements NodeThread {
  readonly heard: ToNode[] = []
  isKilled = false
  isFrozen = false
  readonly exited: Promise<Error | undefined>
  private end: (failure: Error | undefined) => void = () => undefined
  private readonly spoken = new Emitter<FromNode>()
  private readonly arrivals = new Emitter<ToNode>()

  readonly port: NodeThread['port'] = {
    post: (message) => {
      this.heard.push(message)
      this.arrivals.emit(message)
    },
    on: (listener) => this.spoken.on(listener)
  }

  constructor() {
    this.exited = new Promise((resolve) => (this.end = resolve))
  }

  kill(): Promise<void> {
    this.isKilled = true
    this.end(undefined)
    return Promise.resolve()
  }

  freeze(): void {
    this.isFrozen = true
  }

  thaw(): void {
    this.isFrozen = false
  }

  die(failure: Error): void {
    this.end(failure)
  }

  say(message: FromNode): void {
    this.spoken.emit(message)
  }

  /** When a message of this kind was posted to it. */
  received(kind: ToNode['kind']): Promise<void> {
    if (this.heard.some((message) => message.kind === kind)) return Promise.resolve()
    return new Promise((resolve) => {
      const waiting = this.arrivals.on((message) => {
        if (message.kind !== kind) return
        waiting.dispose()
        resolve()
      })
    })
  }
}

export const startedMessage: FromNode = {
  kind: 'started',
  node: { address: '127.0.0.1:9876', port: 9876, bootTimestamp: 1 }
}
