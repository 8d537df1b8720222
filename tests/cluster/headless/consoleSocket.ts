/** A window played by a test: the real WebSocket of the headless console. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type {
  ClientFrame,
  EventName,
  Events,
  MethodName,
  Outcome,
  ParamsOf,
  ResultOf,
  ServerFrame
} from '../../../src/shared/contract'

export class ConsoleSocket {
  private readonly waiting = new Map<number, (outcome: Outcome<unknown>) => void>()
  private readonly listeners = new Map<EventName, Set<(payload: unknown) => void>>()
  private nextId = 1

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as ServerFrame))
  }

  /** @param consoleUrl with its token, as in the ready line. */
  static async open(consoleUrl: string): Promise<ConsoleSocket> {
    const { host, origin, search } = new URL(consoleUrl)
    const socket = new WebSocket(`ws://${host}/ws${search}`, { origin })
    await once(socket, 'open')
    return new ConsoleSocket(socket)
  }

  ask<K extends MethodName>(method: K, params?: ParamsOf<K>): Promise<Outcome<ResultOf<K>>> {
    const id = this.nextId++
    this.send({ kind: 'call', id, method, params })
    return new Promise((resolve) =>
      this.waiting.set(id, (outcome) => resolve(outcome as Outcome<ResultOf<K>>))
    )
  }

  /** @throws Error with the problem's code. */
  async call<K extends MethodName>(method: K, params?: ParamsOf<K>): Promise<ResultOf<K>> {
    const outcome = await this.ask(method, params)
    if (outcome.ok) return outcome.value
    throw new Error(`${method}: ${outcome.error.code} ${outcome.error.message}`)
  }

  /** The next event for which `isWanted` holds; subscribes while it waits. */
  next<K extends EventName>(
    event: K,
    isWanted: (payload: Events[K]) => boolean = () => true
  ): Promise<Events[K]> {
    const all = this.listeners.get(event) ?? new Set()
    this.listeners.set(event, all)
    if (all.size === 0) this.send({ kind: 'subscribe', event })
    return new Promise((resolve) => {
      const listener = (payload: unknown): void => {
        if (!isWanted(payload as Events[K])) return
        all.delete(listener)
        resolve(payload as Events[K])
      }
      all.add(listener)
    })
  }

  send(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame))
  }

  async close(): Promise<void> {
    this.socket.close()
    await once(this.socket, 'close')
  }

  private receive(frame: ServerFrame): void {
    if (frame.kind === 'event') {
      for (const listener of this.listeners.get(frame.event) ?? []) listener(frame.payload)
      return
    }
    this.waiting.get(frame.id)?.(frame.outcome)
    this.waiting.delete(frame.id)
  }
}
