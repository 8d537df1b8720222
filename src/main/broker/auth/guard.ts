/** Every request passes here before it is served. Java: AuthenticationPipeline, AuthorizationPipeline and what they ask. */
import { decide, type Need } from '../../../shared/aclDecision'
import { resourceKey, subjectOf } from '../../../shared/aclModel'
import type { Log } from '../../base/log'
import type { UserDoc } from '../../meta/brokerMeta'
import { AclField, aclSignature, isSameSignature } from '../../protocol/aclSignature'
import { requestCodeName } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { ipOf } from '../../protocol/message/host'
import { RemotingError, type RemotingCommand } from '../../protocol/remotingCommand'
import type { RemotingConnection } from '../../remoting/connection'
import type { RequestHandler } from '../../remoting/route'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { AuthenticationMetadataManager } from './authenticationMetadataManager'
import type { AuthorizationMetadataManager } from './authorizationMetadataManager'
import { rightsOf } from './requestRights'

interface Deps {
  log: Log
  config: Pick<
    BrokerConfig,
    | 'authenticationEnabled'
    | 'authenticationWhitelist'
    | 'authorizationEnabled'
    | 'authorizationWhitelist'
  >
  identity: Pick<BrokerIdentity, 'cluster'>
  users: Pick<AuthenticationMetadataManager, 'get'>
  acls: Pick<AuthorizationMetadataManager, 'get'>
}

const refuse = (remark: string): never => {
  throw new RemotingError(ResponseCode.NO_PERMISSION, remark)
}

const isListed = (list: string, code: number): boolean =>
  list !== '' && list.split(',').some((part) => part.trim() === String(code))

/** Clients of up to this version sign QUERY_MESSAGE with or without its flag. Java: V4_9_3. */
const LAST_WITH_UNSIGNED_FLAG = 399
const UNIQUE_MSG_QUERY_FLAG = '_UNIQUE_KEY_QUERY'

const isSigned = (command: RemotingCommand, secretKey: string): boolean => {
  const { extFields, body, version } = command
  const given = extFields[AclField.SIGNATURE]
  if (given === undefined) return false
  if (isSameSignature(given, aclSignature(extFields, body, secretKey))) return true
  if (version > LAST_WITH_UNSIGNED_FLAG || !(UNIQUE_MSG_QUERY_FLAG in extFields)) return false
  const { [UNIQUE_MSG_QUERY_FLAG]: _flag, ...others } = extFields
  return isSameSignature(given, aclSignature(others, body, secretKey))
}

const isNobody = (user: UserDoc | undefined): user is undefined => user === undefined

/** In front of a handler. With both keys off it costs two reads of a field. */
export const guarded = (deps: Deps, handler: RequestHandler): RequestHandler => {
  const { config, identity, users, acls, log } = deps

  const userOf = (username: string): UserDoc => {
    const user = users.get(username)
    if (isNobody(user)) return refuse(`User:${username} is not found.`)
    if (user.userStatus === 'disable') refuse(`User:${username} is disabled.`)
    return user
  }

  const authenticate = (command: RemotingCommand): void => {
    if (isListed(config.authenticationWhitelist, command.code)) return
    const username = command.extFields[AclField.ACCESS_KEY] ?? ''
    if (username === '')
      refuse('username cannot be null. This broker takes signed requests only: give the client an access key and a secret key') // prettier-ignore
    const { password } = userOf(username)
    if (!isSigned(command, password))
      refuse(`check signature failed. The secret key of ${username} is another one`)
  }

  const mustAllow = (subject: string, need: Need, sourceIp: string, code: number): void => {
    const { decision, entry } = decide(acls.get(subject), need, sourceIp)
    if (decision === 'Allow') return
    const resource = resourceKey(need.resource)
    log.debug(`[AUTHORIZATION] ${subject} is denied ${need.actions.join(',')} on ${resource} from ${sourceIp} for ${requestCodeName(code)}`) // prettier-ignore
    const why = entry ? 'the decision is deny.' : 'no matched policies.'
    refuse(`${subject} has no permission to access ${resource} from ${sourceIp}, ${why}`)
  }

  const authorize = (command: RemotingCommand, connection: RemotingConnection): void => {
    if (isListed(config.authorizationWhitelist, command.code)) return
    const username = command.extFields[AclField.ACCESS_KEY] ?? ''
    if (users.get(username)?.userType === 'Super') return void userOf(username)
    const needs = rightsOf(command, identity.cluster)
    if (needs.length === 0) return
    if (username === '')
      refuse('Authorization failed. Please verify your access rights and try again.')
    userOf(username)
    const sourceIp = ipOf(connection.remoteHost)
    for (const need of needs) mustAllow(subjectOf(username), need, sourceIp, command.code)
  }

  return (command, connection) => {
    if (config.authenticationEnabled) authenticate(command)
    if (config.authorizationEnabled) authorize(command, connection)
    return handler(command, connection)
  }
}
