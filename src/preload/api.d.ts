import type { Bridge } from '../shared/contract'

declare global {
  interface Window {
    /** Present in Electron; in a browser the WebSocket transport takes its place. */
    readonly gantry?: Bridge
  }
}
