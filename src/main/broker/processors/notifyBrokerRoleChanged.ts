/** NOTIFY_BROKER_ROLE_CHANGED (1008). Java: AdminBrokerProcessor.notifyBrokerRoleChanged. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { NotifyBrokerRoleChangedRequestHeader } from '../../protocol/headers/controller'
import { success } from '../../protocol/remotingCommand'
import { route, type Route } from '../../remoting/route'
import { readRoleChange, type MasterInfo } from '../controllerApi'

interface Deps {
  /** Undefined: no controller decides this broker's role, and it is told in vain, as in RocketMQ. */
  onRoleChange: ((info: MasterInfo) => void) | undefined
}

export const notifyBrokerRoleChanged = ({ onRoleChange }: Deps): Route[] => [
  route(
    RequestCode.NOTIFY_BROKER_ROLE_CHANGED,
    NotifyBrokerRoleChangedRequestHeader,
    ({ header, body }) => {
      onRoleChange?.(readRoleChange(header, body))
      return success
    }
  )
]
