import type { Problem } from '../../../shared/views'
import { problemOf } from '../problem'

/** Why a node did not start, as data; `holder` is found by the supervisor, which may look around. */
export const problemOfStart = (error: unknown): Problem => {
  const { code, port, address } = (error ?? {}) as {
    code?: unknown
    port?: unknown
    address?: unknown
  }
  if (code === 'EADDRINUSE' && typeof port === 'number') {
    return {
      code: 'PORT_IN_USE',
      message: `port ${port} of ${String(address)} is in use`,
      params: { port, holder: '' }
    }
  }
  return problemOf(error)
}
