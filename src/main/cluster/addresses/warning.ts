import type { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import type { NodeNotice } from '../control'
import type { Addresses } from './addresses'

/**
 * Whoever can reach an address beyond loopback may read, send and delete: on standard error and in the window, now and
 * each time it is chosen.
 */
export const warnBeyondLoopback = (
  addresses: Pick<Addresses, 'changed' | 'host' | 'isHostGone' | 'isBeyondLoopback' | 'setting'>,
  log: Log,
  notices: Emitter<NodeNotice>
): void => {
  const warn = (): void => {
    const { host } = addresses
    const wanted = addresses.setting.host
    if (addresses.isHostGone) {
      log.warn(`${wanted} is no address of this machine now; nodes listen on ${host} only`)
      notices.emit({ level: 'warning', code: 'HOST_GONE', params: { host: wanted } })
    }
    if (!addresses.isBeyondLoopback) return
    log.warn(
      `nodes listen on ${host}: everyone who can reach it may read, send and delete, unless access control (Users & permissions) is on; only do this in a network you trust`
    )
    notices.emit({ level: 'warning', code: 'BEYOND_LOOPBACK', params: { host } })
  }
  warn()
  addresses.changed.on(warn)
}
