/** Users and policies of ACL 2.0, by RocketMQ's words. Java: org.apache.rocketmq.auth, UserInfo, AclInfo. */

export const USER_TYPES = ['Super', 'Normal'] as const
export type UserType = (typeof USER_TYPES)[number]

export const USER_STATUSES = ['enable', 'disable'] as const
export type UserStatus = (typeof USER_STATUSES)[number]

/** What a policy may grant, in the order Java numbers them. */
export const ACTIONS = ['All', 'Pub', 'Sub', 'Create', 'Update', 'Delete', 'Get', 'List'] as const
export type Action = (typeof ACTIONS)[number]

export const RESOURCE_TYPES = ['Any', 'Cluster', 'Namespace', 'Topic', 'Group'] as const
export type ResourceType = (typeof RESOURCE_TYPES)[number]

export const POLICY_TYPES = ['Custom', 'Default'] as const
export type PolicyType = (typeof POLICY_TYPES)[number]

export const DECISIONS = ['Allow', 'Deny'] as const
export type Decision = (typeof DECISIONS)[number]

/** Java: ResourcePattern. */
export type ResourcePattern = 'ANY' | 'LITERAL' | 'PREFIXED'

export interface Resource {
  readonly type: ResourceType
  readonly pattern: ResourcePattern
  /** The whole name, or what it begins with; empty for ANY. */
  readonly name: string
}

export interface PolicyEntry {
  /** `*`, `Topic:*`, `Topic:orders`, `Group:gid_*` … */
  readonly resource: string
  readonly actions: readonly Action[]
  /** None: from everywhere. */
  readonly sourceIps: readonly string[]
  readonly decision: Decision
}

export interface Policy {
  readonly policyType: PolicyType
  readonly entries: readonly PolicyEntry[]
}

export interface Acl {
  /** `User:name`. */
  readonly subject: string
  readonly policies: readonly Policy[]
}

/** The one whose name is the same in any case, as RocketMQ reads them. */
export const namedIn = <T extends string>(
  names: readonly T[],
  name: string | undefined
): T | undefined => names.find((known) => known.toLowerCase() === name?.toLowerCase())

const USER_PREFIX = 'User:'

export const subjectOf = (username: string): string => USER_PREFIX + username

/** The name in `User:name`; undefined for other subjects. Java: Subject. */
export const usernameOf = (subject: string): string | undefined => {
  const at = subject.indexOf(':')
  const isUser = subject.slice(0, at + 1).toLowerCase() === USER_PREFIX.toLowerCase()
  return isUser && subject.length > USER_PREFIX.length ? subject.slice(at + 1) : undefined
}

/** A resource as policies name it; undefined where it is none. Java: Resource.of. */
export const parseResource = (key: string): Resource | undefined => {
  if (key === '*') return { type: 'Any', pattern: 'ANY', name: '' }
  const at = key.indexOf(':')
  const type = namedIn(RESOURCE_TYPES, at < 0 ? key : key.slice(0, at))
  const name = at < 0 ? '' : key.slice(at + 1)
  if (type === 'Any') return { type, pattern: 'ANY', name: '' }
  if (type === undefined || name === '') return undefined
  if (name === '*') return { type, pattern: 'ANY', name: '' }
  if (name.endsWith('*')) return { type, pattern: 'PREFIXED', name: name.slice(0, name.indexOf('*')) } // prettier-ignore
  return { type, pattern: 'LITERAL', name }
}

/** The text of a resource. Java: Resource.getResourceKey. */
export const resourceKey = ({ type, pattern, name }: Resource): string => {
  if (type === 'Any') return '*'
  return `${type}:${pattern === 'LITERAL' ? name : `${name}*`}`
}
