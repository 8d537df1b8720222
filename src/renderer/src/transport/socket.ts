/** The headless console's WebSocket: survives a restart of the server, and says so to whoever waits. */
import type { ClientFrame, EventName, Outcome, ServerFrame } from '../../../shared/contract'
import type { ConnectionState, Transport } from './transport'

/** The server's close code for a missing or wrong token. */
export const CLOSE_UNAUTHORIZED = 4401

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 5000

/** The part of WebSocket in use, so that a test can play the server. */
export interface Socket {
  onopen: (() => void) | null
  onclose: ((event: { code: number }) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  send(text: string): void
}

interface Options {
  connect: () => Socket
}

const connectionLost: Outcome<never> = {
  ok: false,
  error: { code: 'CONNECTION_LOST', message: 'the connection to the engine was lost' }
}

type Listener = (payload: unknown) => void

export const socketTransport = ({ connect }: Options): Transport => {
  const pending = new Map<number, (outcome: Outcome<unknown>) => void>()
  const listeners = new Map<EventName, Set<Listener>>()
  const stateListeners = new Set<(state: ConnectionState) => void>()
  /** Frames of calls made before the first connection stands. */
  let waiting: ClientFrame[] = []
  let state: ConnectionState = 'connecting'
  let socket: Socket | undefined
  let retryMs = FIRST_RETRY_MS
  let nextId = 1

  const enter = (next: ConnectionState) => {
    state = next
    stateListeners.forEach((listener) => listener(next))
  }
  const send = (frame: ClientFrame) => socket?.send(JSON.stringify(frame))

  const rejectPending = () => {
    waiting = []
    const lost = [...pending.values()]
    pending.clear()
    lost.forEach((settle) => settle(connectionLost))
  }

  const opened = () => {
    retryMs = FIRST_RETRY_MS
    enter('open')
    for (const event of listeners.keys()) send({ kind: 'subscribe', event })
    waiting.forEach(send)
    waiting = []
  }

  const closed = (code: number) => {
    socket = undefined
    const isRefused = code === CLOSE_UNAUTHORIZED
    enter(isRefused ? 'refused' : 'lost')
    rejectPending()
    if (isRefused) return
    setTimeout(open, retryMs)
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
  }

  const received = (frame: ServerFrame) => {
    if (frame.kind === 'event') {
      listeners.get(frame.event)?.forEach((listener) => listener(frame.payload))
      return
    }
    const settle = pending.get(frame.id)
    pending.delete(frame.id)
    settle?.(frame.outcome)
  }

  const open = () => {
    const opening = connect()
    opening.onopen = () => {
      socket = opening
      opened()
    }
    opening.onclose = ({ code }) => closed(code)
    opening.onmessage = ({ data }) => received(JSON.parse(String(data)) as ServerFrame)
  }
  open()

  return {
    call: (method, params) => {
      if (state === 'lost' || state === 'refused') return Promise.resolve(connectionLost)
      return new Promise((resolve) => {
        const id = nextId++
        pending.set(id, resolve)
        const frame: ClientFrame = { kind: 'call', id, method, params }
        if (state === 'open') send(frame)
        else waiting.push(frame)
      })
    },
    on: (event, listener) => {
      const known = listeners.get(event)
      const all = known ?? new Set<Listener>()
      all.add(listener)
      if (!known) {
        listeners.set(event, all)
        if (state === 'open') send({ kind: 'subscribe', event })
      }
      return () => {
        if (!all.delete(listener) || all.size > 0) return
        listeners.delete(event)
        if (state === 'open') send({ kind: 'unsubscribe', event })
      }
    },
    onState: (listener) => {
      stateListeners.add(listener)
      listener(state)
    }
  }
}

/** The console's own origin; the cookie set on the first page load carries the token. */
export const consoleSocket = (): Socket => {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const webSocket = new WebSocket(`${scheme}://${location.host}/ws`)
  const socket: Socket = {
    onopen: null,
    onclose: null,
    onmessage: null,
    send: (text) => webSocket.send(text)
  }
  webSocket.onopen = () => socket.onopen?.()
  webSocket.onclose = (event) => socket.onclose?.(event)
  webSocket.onmessage = (event) => socket.onmessage?.(event)
  return socket
}
