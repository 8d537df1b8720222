/** Users and policies of one broker each: no broker tells another. Java: DefaultMQAdminExtImpl.createUser and those beside it. */
import { createHash } from 'node:crypto'
import type { Acl, PolicyEntry, PolicyType, UserStatus, UserType } from '../../shared/aclModel'
import { aclInfoJson, readAcl, readUserInfo, type UserInfo } from '../protocol/bodies/auth'
import { objectsOf } from '../protocol/bodies/read'
import { jsonBody, parseJson } from '../protocol/bodies/rocketmqJson'
import { RequestCode } from '../protocol/codes/requestCode'
import {
  AclRequestHeader,
  DeleteAclRequestHeader,
  ListAclsRequestHeader,
  ListUsersRequestHeader,
  UserRequestHeader
} from '../protocol/headers/auth'
import type { RemotingCommand } from '../protocol/remotingCommand'
import { callBroker, type AdminDeps } from './adminCall'

/** Without its secret, which nobody but the broker has to know. */
export interface UserOfBroker {
  username: string
  userType: UserType
  userStatus: UserStatus
  /** Of the secret, where the broker tells it: whether two brokers have the same. */
  fingerprint?: string
}

const listOf = ({ body }: RemotingCommand) =>
  body ? objectsOf(parseJson(body.toString('utf8'))) : []

const shown = (info: UserInfo): UserOfBroker => {
  const { username, userType = 'Normal', userStatus = 'enable', password } = info
  const fingerprint = password && createHash('sha256').update(password).digest('hex')
  return { username, userType, userStatus, ...(fingerprint && { fingerprint }) }
}

/** A secret may be part of a body, and of nothing else: not of an error, which names the user only. */
export const aclAdmin = (deps: Pick<AdminDeps, 'client'>) => {
  const user = async (code: number, address: string, info: UserInfo): Promise<void> => {
    const { username } = info
    const extFields = UserRequestHeader.encode({ username })
    await callBroker(deps, address, { code, extFields, body: jsonBody(info) })
  }
  return {
    listUsers: async (address: string, filter?: string): Promise<UserOfBroker[]> => {
      const extFields = ListUsersRequestHeader.encode({ filter })
      const request = { code: RequestCode.AUTH_LIST_USER, extFields }
      return listOf(await callBroker(deps, address, request)).map((one) => shown(readUserInfo(one)))
    },
    createUser: (address: string, info: UserInfo) =>
      user(RequestCode.AUTH_CREATE_USER, address, info),
    /** What is absent stays. */
    updateUser: (address: string, info: UserInfo) =>
      user(RequestCode.AUTH_UPDATE_USER, address, info),
    /** One that is not there is fine. */
    deleteUser: async (address: string, username: string): Promise<void> => {
      const extFields = UserRequestHeader.encode({ username })
      await callBroker(deps, address, { code: RequestCode.AUTH_DELETE_USER, extFields })
    },
    /** As the broker has him, the secret included where it tells it: for another broker, not for a person. */
    copyUser: async (
      from: string,
      to: string,
      username: string,
      isThere: boolean
    ): Promise<boolean> => {
      const extFields = UserRequestHeader.encode({ username })
      const { body } = await callBroker(deps, from, { code: RequestCode.AUTH_GET_USER, extFields })
      const info =
        body && readUserInfo(JSON.parse(body.toString('utf8')) as Record<string, unknown>)
      if (info?.password === undefined) return false
      await user(isThere ? RequestCode.AUTH_UPDATE_USER : RequestCode.AUTH_CREATE_USER, to, info)
      return true
    },
    listAcls: async (address: string, subjectFilter?: string): Promise<Acl[]> => {
      const extFields = ListAclsRequestHeader.encode({ subjectFilter })
      const request = { code: RequestCode.AUTH_LIST_ACL, extFields }
      return listOf(await callBroker(deps, address, request)).map(readAcl)
    },
    /** Entries of the same resource take the place of what is there. */
    updateAcl: async (address: string, acl: Acl): Promise<void> => {
      const extFields = AclRequestHeader.encode({ subject: acl.subject })
      const body = jsonBody(aclInfoJson(acl))
      await callBroker(deps, address, { code: RequestCode.AUTH_UPDATE_ACL, extFields, body })
    },
    /** One entry; without a resource everything about the subject. */
    deleteAcl: async (
      address: string,
      subject: string,
      entry?: { policyType: PolicyType } & Pick<PolicyEntry, 'resource'>
    ): Promise<void> => {
      const extFields = DeleteAclRequestHeader.encode({ subject, ...entry })
      await callBroker(deps, address, { code: RequestCode.AUTH_DELETE_ACL, extFields })
    }
  }
}
