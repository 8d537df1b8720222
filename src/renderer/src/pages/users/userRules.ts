/** What forms of users and policies accept, and what they make of it. */
import {
  MAX_PASSWORD_LENGTH,
  MAX_RESOURCE_LENGTH,
  MAX_USERNAME_LENGTH,
  NEW_USER_PATTERN
} from '../../../../shared/aclLimits'
import {
  parseResource,
  resourceKey,
  subjectOf,
  type Acl,
  type Action,
  type Decision,
  type PolicyEntry,
  type PolicyType,
  type ResourcePattern,
  type ResourceType
} from '../../../../shared/aclModel'
import type { PolicyEntryDraft } from '../../../../shared/aclViews'
import { isIpOrCidr } from '../../../../shared/ipRange'

export const usernameProblem = (username: string): string | undefined => {
  if (username === '') return 'users.usernameEmpty'
  if (username.length > MAX_USERNAME_LENGTH) return 'users.usernameTooLong'
  return NEW_USER_PATTERN.test(username) ? undefined : 'users.usernameIllegal'
}

export const passwordProblem = (password: string): string | undefined => {
  if (password.trim() === '') return 'users.passwordEmpty'
  return password.length > MAX_PASSWORD_LENGTH ? 'users.passwordTooLong' : undefined
}

/** Without what looks alike: it may have to be read out. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
const GENERATED_LENGTH = 24

/** From the system's own source; a byte beyond the last whole alphabet is thrown away. */
export const newPassword = (): string => {
  const whole = 256 - (256 % ALPHABET.length)
  let password = ''
  while (password.length < GENERATED_LENGTH)
    for (const byte of crypto.getRandomValues(new Uint8Array(GENERATED_LENGTH)))
      if (byte < whole && password.length < GENERATED_LENGTH)
        password += ALPHABET[byte % ALPHABET.length]
  return password
}

export interface EntryForm {
  username: string
  policyType: PolicyType
  type: ResourceType
  pattern: ResourcePattern
  name: string
  actions: Action[]
  /** One a line or separated by commas. */
  sourceIps: string
  decision: Decision
}

export const newEntryForm = (username = ''): EntryForm => ({
  username,
  policyType: 'Custom',
  type: 'Topic',
  pattern: 'LITERAL',
  name: '',
  actions: [],
  sourceIps: '',
  decision: 'Allow'
})

export interface EntryRow {
  key: string
  username: string
  subject: string
  policyType: PolicyType
  entry: PolicyEntry
  differsOn: readonly string[]
}

/** One row an entry. */
export const entryRows = (
  acls: readonly (Acl & { differsOn: readonly string[] })[],
  usernameOf: (subject: string) => string | undefined
): EntryRow[] =>
  acls.flatMap(({ subject, policies, differsOn }) =>
    policies.flatMap(({ policyType, entries }) =>
      entries.map((entry) => ({
        key: `${subject} ${policyType} ${entry.resource}`,
        username: usernameOf(subject) ?? subject,
        ...{ subject, policyType, entry, differsOn }
      }))
    )
  )

export const entryFormOf = ({ username, policyType, entry }: EntryRow): EntryForm => {
  const { type, pattern, name } = parseResource(entry.resource) ?? newEntryForm()
  return {
    ...{ username, policyType, type, pattern, name },
    actions: [...entry.actions],
    sourceIps: entry.sourceIps.join('\n'),
    decision: entry.decision
  }
}

const ipsOf = (text: string): string[] => text.split(/[\s,;]+/).filter((part) => part !== '')

/** The first that is no address and no block. */
export const wrongIp = (text: string): string | undefined =>
  ipsOf(text).find((ip) => !isIpOrCidr(ip))

/** Undefined while something is missing or wrong. */
export const resourceOf = ({
  type,
  pattern,
  name
}: Pick<EntryForm, 'type' | 'pattern' | 'name'>): string | undefined => {
  const trimmed = name.trim()
  const key = resourceKey({ type, pattern, name: pattern === 'ANY' ? '' : trimmed })
  const isNamed = type === 'Any' || pattern === 'ANY' || (trimmed !== '' && !trimmed.includes('*'))
  return isNamed && key.length <= MAX_RESOURCE_LENGTH ? key : undefined
}

/** @param before the row that is edited. */
export const entryDraftOf = (form: EntryForm, before?: EntryRow): PolicyEntryDraft | undefined => {
  const resource = resourceOf(form)
  const { username, policyType, actions, decision, sourceIps } = form
  if (!resource || username === '' || actions.length === 0 || wrongIp(sourceIps)) return undefined
  return {
    ...{ subject: subjectOf(username), policyType, resource, actions, decision },
    sourceIps: ipsOf(sourceIps),
    ...(before && { replaces: { policyType: before.policyType, resource: before.entry.resource } })
  }
}
