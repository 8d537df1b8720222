/** Users and policies as the window sees and submits them. A secret goes in and never comes out. */
import { z } from 'zod'
import {
  MAX_PASSWORD_LENGTH,
  MAX_RESOURCE_LENGTH,
  MAX_SOURCE_IPS,
  MAX_USERNAME_LENGTH,
  NEW_USER_PATTERN
} from './aclLimits'
import {
  ACTIONS,
  DECISIONS,
  parseResource,
  POLICY_TYPES,
  USER_STATUSES,
  USER_TYPES,
  usernameOf,
  type Decision,
  type Policy,
  type PolicyEntry,
  type PolicyType,
  type UserStatus,
  type UserType
} from './aclModel'
import { isIpOrCidr } from './ipRange'
import type { Problem } from './views'

export interface AclBrokerView {
  /** `broker-a:0`. */
  name: string
  /** Undefined: it does not say. */
  asksWho?: boolean
  asksWhat?: boolean
  /** Why it tells nothing of users. */
  problem?: Problem
}

export interface UserView {
  username: string
  userType: UserType
  userStatus: UserStatus
  /** Brokers that lack the user, or have it otherwise. */
  differsOn: string[]
}

export interface AclSubjectView {
  /** `User:name`. */
  subject: string
  policies: Policy[]
  differsOn: string[]
}

/** A node of this machine's cluster, and what it is to do from its next start on. */
export interface AclNodeView {
  id: string
  isOn: boolean
  /** Runs with another setting than the one that is saved. */
  restartNeeded: boolean
}

export interface AclView {
  brokers: AclBrokerView[]
  users: UserView[]
  acls: AclSubjectView[]
  /** Brokers and proxies; undefined for a cluster of others, whose files are not ours. */
  nodes?: AclNodeView[]
}

/** What decided: an entry, that none matched, or what the user is. */
export type AclReason = 'entry' | 'noMatch' | 'super' | 'disabled' | 'noUser'

export interface AclVerdict {
  broker: string
  decision: Decision
  reason: AclReason
  policyType?: PolicyType
  entry?: PolicyEntry
}

export interface AclTest {
  verdicts: AclVerdict[]
  /** Brokers that could not be asked. */
  failed: { broker: string; problem: Problem }[]
}

const username = z.string().min(1).max(MAX_USERNAME_LENGTH)
const password = z.string().min(1).max(MAX_PASSWORD_LENGTH).regex(/\S/)
const resource = z
  .string()
  .max(MAX_RESOURCE_LENGTH)
  .refine((key) => parseResource(key) !== undefined)
const subject = z
  .string()
  .max(MAX_USERNAME_LENGTH + 5)
  .refine((text) => usernameOf(text) !== undefined)
const policyType = z.enum(POLICY_TYPES)
const ip = z.string().max(64).refine(isIpOrCidr)

export const UserCreateDraft = z.strictObject({
  username: username.regex(NEW_USER_PATTERN),
  password,
  userType: z.enum(USER_TYPES),
  userStatus: z.enum(USER_STATUSES)
})
export type UserCreateDraft = z.infer<typeof UserCreateDraft>

/** Without a password it stays. */
export const UserUpdateDraft = z.strictObject({
  username,
  password: password.optional(),
  userType: z.enum(USER_TYPES),
  userStatus: z.enum(USER_STATUSES)
})
export type UserUpdateDraft = z.infer<typeof UserUpdateDraft>

export const UserRef = z.strictObject({ username })
export type UserRef = z.infer<typeof UserRef>

export const PolicyEntryDraft = z.strictObject({
  subject,
  policyType,
  resource,
  actions: z.array(z.enum(ACTIONS)).min(1),
  sourceIps: z.array(ip).max(MAX_SOURCE_IPS),
  decision: z.enum(DECISIONS),
  /** The entry this takes the place of, where it was about something else. */
  replaces: z.strictObject({ policyType, resource }).optional()
})
export type PolicyEntryDraft = z.infer<typeof PolicyEntryDraft>

export const PolicyEntryRef = z.strictObject({ subject, policyType, resource })
export type PolicyEntryRef = z.infer<typeof PolicyEntryRef>

export const AclTestQuery = z.strictObject({
  username,
  resource: resource.refine((key) => parseResource(key)?.pattern === 'LITERAL'),
  action: z.enum(ACTIONS).exclude(['All']),
  sourceIp: z
    .string()
    .max(64)
    .refine((text) => isIpOrCidr(text) && !text.includes('/'))
})
export type AclTestQuery = z.infer<typeof AclTestQuery>

/** On: with a super user, who is made where there is none of that name. */
export const AclSwitchDraft = z.discriminatedUnion('isOn', [
  z.strictObject({ isOn: z.literal(true), username: username.regex(NEW_USER_PATTERN), password }),
  z.strictObject({ isOn: z.literal(false) })
])
export type AclSwitchDraft = z.infer<typeof AclSwitchDraft>
