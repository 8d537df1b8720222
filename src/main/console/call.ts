import {
  methods,
  type Caller,
  type Handlers,
  type MethodName,
  type Outcome
} from '../../shared/contract'
import type { Log } from '../base/log'
import { isLocalOnly } from './connections/localOnly'
import { invalidInput, toProblem, type KnownCluster } from './problems'

export type Call = (method: string, params: unknown, caller: Caller) => Promise<Outcome<unknown>>

interface Deps {
  handlers: Handlers
  cluster: KnownCluster
  log: Log
  /** Another cluster than this machine's is looked at. */
  isExternal?: () => boolean
  /** After a method that succeeded. */
  onDone: (method: MethodName) => void
}

const isMethod = (method: string): method is MethodName => Object.hasOwn(methods, method)

/** The one way in: unknown methods and wrong parameters are answered, never thrown. */
export const createCall =
  ({ handlers, cluster, log, isExternal, onDone }: Deps): Call =>
  async (method, params, caller) => {
    if (!isMethod(method)) {
      const message = `there is no method ${method.slice(0, 100)}`
      return { ok: false, error: { code: 'UNKNOWN_METHOD', message } }
    }
    const parsed = methods[method].params.safeParse(params)
    if (!parsed.success) return { ok: false, error: invalidInput(parsed.error) }
    if (isLocalOnly(method) && isExternal?.()) {
      const message = `${method} is of the cluster of this machine, and another one is looked at`
      return { ok: false, error: { code: 'LOCAL_ONLY', message } }
    }
    // The schema of this method has just judged the parameters of this method's handler.
    const handler = handlers[method] as (params: unknown, caller: Caller) => unknown
    try {
      const value = await handler(parsed.data, caller)
      onDone(method)
      return { ok: true, value }
    } catch (error) {
      return { ok: false, error: toProblem(error, { method, params: parsed.data, cluster, log }) }
    }
  }
