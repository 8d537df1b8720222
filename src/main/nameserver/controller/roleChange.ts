/** NOTIFY_BROKER_ROLE_CHANGED (1008). Java: RoleChangeNotifyEntry, ControllerManager.NotifyService. */
import type { Log } from '../../base/log'
import { syncStateSetBody } from '../../protocol/bodies/controller'
import { RequestCode } from '../../protocol/codes/requestCode'
import { NotifyBrokerRoleChangedRequestHeader } from '../../protocol/headers/controller'
import type { RemotingRequest } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import { addressOf, type BrokerSet } from './brokerSet'

/** Sends one broker who is master; never fails, a broker that missed it asks or hears it when it comes back. */
export type NotifyBroker = (brokerAddress: string, change: RemotingRequest) => void

/** Undefined where nobody is master. */
export const roleChangeOf = (set: BrokerSet): RemotingRequest | undefined => {
  const { masterBrokerId, masterEpoch, syncStateSet, syncStateSetEpoch } = set
  if (masterBrokerId === undefined) return undefined
  return {
    code: RequestCode.NOTIFY_BROKER_ROLE_CHANGED,
    extFields: NotifyBrokerRoleChangedRequestHeader.encode({
      masterAddress: addressOf(set, masterBrokerId),
      masterBrokerId,
      masterEpoch,
      syncStateSetEpoch
    }),
    body: syncStateSetBody({ syncStateSet: [...syncStateSet], syncStateSetEpoch })
  }
}

/** One-way, to the address brokers answer requests at, where stock brokers expect it too. */
export const notifyOver =
  (client: Pick<RemotingClient, 'oneway'>, log: Log): NotifyBroker =>
  (brokerAddress, change) => {
    client.oneway(brokerAddress, change).catch((error: unknown) => {
      log.warn(`${brokerAddress} does not hear that roles changed: ${String(error)}`)
    })
  }
