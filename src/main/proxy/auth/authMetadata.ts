/** Users and policies as brokers keep them, remembered for a short time. Java: ProxyAuthenticationMetadataProvider, ProxyAuthorizationMetadataProvider. */
import type { Acl } from '../../../shared/aclModel'
import type { RealTime } from '../../base/clock'
import type { NamesrvClient } from '../../client/namesrvClient'
import { MASTER_ID } from '../../client/routeCache'
import { readAcl, readUserInfo, type UserInfo } from '../../protocol/bodies/auth'
import type { Json } from '../../protocol/bodies/read'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { readClusterInfo } from '../../protocol/bodies/route'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { AclRequestHeader, UserRequestHeader } from '../../protocol/headers/auth'
import { RemotingError, type RemotingRequest } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import { Remembered } from '../remote/remembered'

/** Of one broker; then the next is asked. */
const TIMEOUT_MS = 3000

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'after'>
  remoting: Pick<RemotingClient, 'call'>
  namesrv: Pick<NamesrvClient, 'call'>
}

export class AuthMetadata {
  private readonly users: Remembered<UserInfo | undefined>
  private readonly acls: Remembered<Acl | undefined>

  constructor(private readonly deps: Deps) {
    this.users = new Remembered(deps.clock, async (username) => {
      const extFields = UserRequestHeader.encode({ username })
      const found = await this.ask({ code: RequestCode.AUTH_GET_USER, extFields })
      return found && readUserInfo(found)
    })
    this.acls = new Remembered(deps.clock, async (subject) => {
      const extFields = AclRequestHeader.encode({ subject })
      const found = await this.ask({ code: RequestCode.AUTH_GET_ACL, extFields })
      return found && readAcl(found)
    })
  }

  /** Undefined where no broker knows him. @throws what asking the last broker did, where none answered. */
  user(username: string): Promise<UserInfo | undefined> {
    return this.users.get(username)
  }

  /** As `user`. */
  acl(subject: string): Promise<Acl | undefined> {
    return this.acls.get(subject)
  }

  /** The first that knows. A user is on every broker, so that one that lacks him is asked no more than the next. */
  private async ask(request: RemotingRequest): Promise<Json | undefined> {
    const { body } = await this.deps.namesrv.call({ code: RequestCode.GET_BROKER_CLUSTER_INFO })
    const { brokerAddrTable } = readClusterInfo(readJsonBody(body ?? Buffer.alloc(0), 'brokers'))
    let failure: unknown = new RemotingError(ResponseCode.SYSTEM_ERROR, 'no broker is there that could know users') // prettier-ignore
    let isAnswered = false
    for (const { brokerAddrs } of brokerAddrTable.values()) {
      const address = brokerAddrs[MASTER_ID]
      if (address === undefined) continue
      try {
        const answer = await this.deps.remoting.call(address, request, TIMEOUT_MS)
        if (answer.body) return readJsonBody(answer.body, 'user')
        isAnswered = true
      } catch (error) {
        // 16 is also how a broker says that it knows no such subject.
        if (isUnknown(error)) isAnswered = true
        failure = error
      }
    }
    if (isAnswered) return undefined
    throw failure
  }
}

const isUnknown = (error: unknown): boolean =>
  error instanceof RemotingError &&
  error.code === ResponseCode.NO_PERMISSION &&
  error.remark.endsWith('is not exist.')
