/** What the window sees of the engine: call() and on(), nothing else. Sandboxed, one CommonJS file. */
import { contextBridge, ipcRenderer } from 'electron'
import { CALL_CHANNEL, EVENT_CHANNEL, SUBSCRIBE_CHANNEL } from '../shared/channels'
import type { Bridge, EventName, Outcome } from '../shared/contract'

type Listener = (payload: unknown) => void

const listeners = new Map<EventName, Set<Listener>>()

ipcRenderer.on(EVENT_CHANNEL, (_event, name: EventName, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload)
})

const bridge: Bridge = {
  call: (method, params) =>
    ipcRenderer.invoke(CALL_CHANNEL, method, params) as Promise<Outcome<unknown>>,
  on: (event, listener) => {
    const known = listeners.get(event)
    const all = known ?? new Set<Listener>()
    // A wrapper of its own, so that the same function may listen twice.
    const own: Listener = (payload) => listener(payload)
    all.add(own)
    if (!known) {
      listeners.set(event, all)
      ipcRenderer.send(SUBSCRIBE_CHANNEL, event, true)
    }
    return () => {
      if (!all.delete(own) || all.size > 0) return
      listeners.delete(event)
      ipcRenderer.send(SUBSCRIBE_CHANNEL, event, false)
    }
  }
}

contextBridge.exposeInMainWorld('gantry', bridge)
