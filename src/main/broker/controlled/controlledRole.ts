import type { Emitter } from '../../base/emitter'
import type { RemotingClient } from '../../remoting/client'
import type { MasterInfo } from '../controllerApi'

/** What a broker is given whose role a controller decides; for one role, from one start to the next. */
export interface ControlledRole {
  /** To nameservers and the controller; it stays open from one role to the next, so that no nameserver misses the broker. */
  readonly client: RemotingClient
  /** Of a master: the controller's number of its epoch. */
  readonly masterEpoch: number | undefined
  /** A slave follows this master only, whoever else a nameserver still knows. */
  readonly mayFollow: (masterAddr: string) => boolean
  /** What `mayFollow` says may have changed. */
  readonly masterChanged: Emitter<void>
  /** Of a master: another may be master already. */
  readonly isFenced: () => boolean
  readonly onRoleChange: (info: MasterInfo) => void
  /** It stops to start again at once: nameservers are not told that it goes. */
  readonly isChangingRole: () => boolean
}
