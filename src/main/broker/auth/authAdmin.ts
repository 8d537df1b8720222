/** AUTH_CREATE_USER (3001) to AUTH_LIST_ACL (3010). Java: AdminBrokerProcessor. */
import type { UserDoc } from '../../meta/brokerMeta'
import { AclField } from '../../protocol/aclSignature'
import { aclInfoJson, readAclInfo, readUserInfo, type UserInfo } from '../../protocol/bodies/auth'
import { jsonBody, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  AclRequestHeader,
  DeleteAclRequestHeader,
  ListAclsRequestHeader,
  ListUsersRequestHeader,
  UserRequestHeader
} from '../../protocol/headers/auth'
import {
  RemotingError,
  success,
  type RemotingCommand,
  type Reply
} from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import { namedIn, POLICY_TYPES } from '../../../shared/aclModel'
import type { BrokerConfig } from '../brokerConfig'
import type { AuthenticationMetadataManager } from './authenticationMetadataManager'
import type { AuthorizationMetadataManager } from './authorizationMetadataManager'

interface Deps {
  config: Pick<BrokerConfig, 'authenticationEnabled'>
  users: AuthenticationMetadataManager
  acls: AuthorizationMetadataManager
}

const mustBeNamed = (username = ''): string => {
  if (username.trim() !== '') return username
  throw new RemotingError(ResponseCode.INVALID_PARAMETER, 'The username is blank')
}

export const authAdmin = ({ config, users, acls }: Deps): Route[] => {
  /** While nobody is asked who he is everybody may do this, as in RocketMQ. */
  const isSuper = ({ extFields }: RemotingCommand): boolean =>
    !config.authenticationEnabled || users.isSuper(extFields[AclField.ACCESS_KEY] ?? '')

  const infoOf = (command: RemotingCommand, username: string | undefined): UserInfo => {
    const name = mustBeNamed(username)
    const body = command.body ?? Buffer.alloc(0)
    return { ...readUserInfo(readJsonBody(body, `user ${name}`)), username: name }
  }

  const mayNot = (what: string, code: number = ResponseCode.SYSTEM_ERROR): never => {
    throw new RemotingError(code, `The super user can only be ${what} by super user`)
  }

  /** A secret is for those who could change it anyway; copyUser and stock proxies need it. */
  const shown = (user: UserDoc, command: RemotingCommand): object =>
    isSuper(command) ? user : { ...user, password: undefined }

  const aclOf = (command: RemotingCommand, subject = '') => {
    const body = command.body ?? Buffer.alloc(0)
    const info = body.length === 0 ? undefined : readAclInfo(readJsonBody(body, `acl ${subject}`))
    if (!info || info.policies.length === 0)
      throw new RemotingError(ResponseCode.SYSTEM_ERROR, 'The body of acl is null')
    return { ...info, subject: info.subject || subject }
  }

  const putAcl = (code: number): Route =>
    route(code, AclRequestHeader, async ({ header, command }) => {
      await acls.put(aclOf(command, header.subject))
      return success
    })

  const listed = (items: readonly object[]): Reply =>
    items.length > 0 ? replyBody(jsonBody(items)) : success

  return [
    route(RequestCode.AUTH_CREATE_USER, UserRequestHeader, async ({ header, command }) => {
      const info = infoOf(command, header.username)
      if (info.userType === 'Super' && !isSuper(command)) mayNot('create')
      await users.create(info)
      return success
    }),
    route(RequestCode.AUTH_UPDATE_USER, UserRequestHeader, async ({ header, command }) => {
      const info = infoOf(command, header.username)
      if (info.userType === 'Super' && !isSuper(command)) mayNot('update')
      if (users.isSuper(info.username) && !isSuper(command))
        mayNot('update', ResponseCode.NO_PERMISSION)
      await users.update(info)
      return success
    }),
    route(RequestCode.AUTH_DELETE_USER, UserRequestHeader, async ({ header, command }) => {
      const username = mustBeNamed(header.username)
      if (users.isSuper(username) && !isSuper(command)) mayNot('update', ResponseCode.NO_PERMISSION)
      await users.remove(username)
      return success
    }),
    route(RequestCode.AUTH_GET_USER, UserRequestHeader, ({ header, command }) => {
      const name = mustBeNamed(header.username)
      const user = users.list(name).find(({ username }) => username === name)
      return user ? replyBody(jsonBody(shown(user, command))) : success
    }),
    route(RequestCode.AUTH_LIST_USER, ListUsersRequestHeader, ({ header, command }) =>
      listed(users.list(header.filter).map((user) => shown(user, command)))
    ),
    putAcl(RequestCode.AUTH_CREATE_ACL),
    putAcl(RequestCode.AUTH_UPDATE_ACL),
    route(RequestCode.AUTH_DELETE_ACL, DeleteAclRequestHeader, async ({ header }) => {
      const { subject = '', policyType, resource } = header
      await acls.remove(subject, namedIn(POLICY_TYPES, policyType), resource)
      return success
    }),
    route(RequestCode.AUTH_GET_ACL, AclRequestHeader, ({ header: { subject = '' } }) => {
      acls.mustExist(subject)
      const acl = acls.get(subject)
      return acl ? replyBody(jsonBody(aclInfoJson(acl))) : success
    }),
    route(RequestCode.AUTH_LIST_ACL, ListAclsRequestHeader, ({ header }) =>
      listed(acls.list(header.subjectFilter, header.resourceFilter).map(aclInfoJson))
    )
  ]
}
