/** The one door to the engine: typed calls and events over whichever transport the window was given. */
import { shallowRef } from 'vue'
import type { EventName, Events, MethodName, ParamsOf, ResultOf } from '../../shared/contract'
import type { Problem } from '../../shared/views'
import { bridgeTransport } from './transport/bridge'
import { consoleSocket, socketTransport } from './transport/socket'
import type { ConnectionState, Transport } from './transport/transport'

/** A refused call, rebuilt from data; pages find its text by `code`. */
export class ApiError extends Error {
  readonly code: string
  readonly params: Record<string, string | number>

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'ApiError'
    this.code = problem.code
    this.params = problem.params ?? {}
  }
}

export const createApi = (transport: Transport) => ({
  call: async <K extends MethodName>(
    method: K,
    ...[params]: undefined extends ParamsOf<K> ? [] : [ParamsOf<K>]
  ): Promise<ResultOf<K>> => {
    const outcome = await transport.call(method, params)
    if (!outcome.ok) throw new ApiError(outcome.error)
    return outcome.value as ResultOf<K>
  },
  on: <K extends EventName>(event: K, listener: (payload: Events[K]) => void): (() => void) =>
    transport.on(event, (payload) => listener(payload as Events[K]))
})
export type Api = ReturnType<typeof createApi>

/** Whether the engine can be asked at all; always `open` in Electron. */
export const connection = shallowRef<ConnectionState>('connecting')

let api: Api | undefined
/** On first use, so that tests may import whatever imports this file. */
const theApi = (): Api => {
  if (api) return api
  const transport = window.gantry
    ? bridgeTransport(window.gantry)
    : socketTransport({ connect: consoleSocket })
  transport.onState((state) => (connection.value = state))
  api = createApi(transport)
  return api
}

export const call: Api['call'] = (method, ...params) => theApi().call(method, ...params)
export const on: Api['on'] = (event, listener) => theApi().on(event, listener)

/** Any thrown thing as data a page can show. */
export const toProblem = (error: unknown): Problem =>
  error instanceof ApiError
    ? { code: error.code, message: error.message, params: error.params }
    : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) }
