/** Electron: the preload script's bridge, which can neither be lost nor refused. */
import type { Bridge } from '../../../shared/contract'
import type { Transport } from './transport'

/** Vue's proxies cannot be cloned across the context bridge; all parameters are JSON by contract. */
const plain = (params: unknown): unknown =>
  params === undefined ? undefined : JSON.parse(JSON.stringify(params))

export const bridgeTransport = (bridge: Bridge): Transport => ({
  call: (method, params) => bridge.call(method, plain(params)),
  on: (event, listener) => bridge.on(event, listener),
  onState: (listener) => listener('open')
})
