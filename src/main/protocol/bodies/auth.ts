/** Users and policies as 3001 to 3010 carry them. Java: UserInfo, AclInfo. */
import {
  ACTIONS,
  DECISIONS,
  namedIn,
  POLICY_TYPES,
  USER_STATUSES,
  USER_TYPES,
  type Acl,
  type Action,
  type Decision,
  type PolicyType,
  type UserStatus,
  type UserType
} from '../../../shared/aclModel'
import { objectsOf, textOf, textsOf, type Json } from './read'

/** What is absent stays as it is, or takes its default. */
export interface UserInfo {
  username: string
  password?: string | undefined
  userType?: UserType | undefined
  userStatus?: UserStatus | undefined
}

/** A policy as it came: what is no action, decision or kind is undefined or left out, for the broker to judge. */
export interface AclInfo {
  subject: string
  policies: {
    policyType: PolicyType | undefined
    entries: {
      resource: string
      actions: (Action | 'Any')[]
      sourceIps: string[]
      decision: Decision | undefined
    }[]
  }[]
}

const someText = (value: unknown): string | undefined => textOf(value) || undefined

export const readUserInfo = (body: Json): UserInfo => ({
  username: textOf(body.username),
  password: someText(body.password),
  userType: namedIn(USER_TYPES, someText(body.userType)),
  userStatus: namedIn(USER_STATUSES, someText(body.userStatus))
})

const anyAction = [...ACTIONS, 'Any'] as const

export const readAclInfo = (body: Json): AclInfo => ({
  subject: textOf(body.subject),
  policies: objectsOf(body.policies).map(({ policyType, entries }) => ({
    policyType: namedIn(POLICY_TYPES, someText(policyType)),
    entries: objectsOf(entries).map((entry) => ({
      resource: textOf(entry.resource),
      actions: textsOf(entry.actions).flatMap((name) => namedIn(anyAction, name) ?? []),
      sourceIps: textsOf(entry.sourceIps),
      decision: namedIn(DECISIONS, someText(entry.decision))
    }))
  }))
})

/** RocketMQ leaves the list of addresses out where there is none. */
export const aclInfoJson = ({ subject, policies }: Acl): object => ({
  subject,
  policies: policies.map(({ policyType, entries }) => ({
    policyType,
    entries: entries.map(({ resource, actions, sourceIps, decision }) => ({
      ...{ resource, actions, decision },
      ...(sourceIps.length > 0 && { sourceIps })
    }))
  }))
})

/** An answer's policies; entries that say nothing this version knows are left out. */
export const readAcl = (body: Json): Acl => {
  const { subject, policies } = readAclInfo(body)
  return {
    subject,
    policies: policies.map(({ policyType = 'Custom', entries }) => ({
      policyType,
      entries: entries.flatMap(({ resource, actions, sourceIps, decision }) => {
        const known = actions.filter((action) => action !== 'Any')
        return decision ? [{ resource, actions: known, sourceIps, decision }] : []
      })
    }))
  }
}
