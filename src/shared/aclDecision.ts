/** What policies say to a request: brokers, the proxy and the Users page ask this alone. Java: AclAuthorizationHandler. */
import {
  parseResource,
  type Acl,
  type Action,
  type Decision,
  type PolicyEntry,
  type PolicyType,
  type Resource
} from './aclModel'
import { isIpInRange } from './ipRange'

/** One thing a request needs; of its actions one is enough. */
export interface Need {
  readonly resource: Resource
  readonly actions: readonly Action[]
}

export interface Verdict {
  readonly decision: Decision
  /** The entry that decided; undefined: none matched, which is Deny. */
  readonly entry?: PolicyEntry
  readonly policyType?: PolicyType
}

interface Rule {
  readonly entry: PolicyEntry
  readonly resource: Resource
}

const isOf = ({ resource }: Rule, wanted: Resource): boolean => {
  if (resource.type === 'Any') return true
  if (resource.type !== wanted.type) return false
  if (resource.pattern === 'ANY') return true
  return resource.pattern === 'LITERAL'
    ? resource.name === wanted.name
    : wanted.name.startsWith(resource.name)
}

const grants = ({ entry: { actions } }: Rule, wanted: readonly Action[]): boolean =>
  actions.includes('All') || wanted.some((action) => actions.includes(action))

const comesFrom = ({ entry: { sourceIps } }: Rule, ip: string): boolean =>
  sourceIps.length === 0 || sourceIps.some((range) => isIpInRange(ip, range))

const patternRank = { LITERAL: 0, PREFIXED: 1, ANY: 2 } as const

/**
 * The most specific first: a kind of resource before any, a name before a beginning of it, a longer beginning before a
 * shorter; of equals Deny. RocketMQ 5.3.3 sorts the beginnings the other way round, later versions as here.
 */
const bySpecificity = (a: Rule, b: Rule): number => {
  const any = Number(a.resource.type === 'Any') - Number(b.resource.type === 'Any')
  const pattern = patternRank[a.resource.pattern] - patternRank[b.resource.pattern]
  const length = b.resource.name.length - a.resource.name.length
  const deny = Number(b.entry.decision === 'Deny') - Number(a.entry.decision === 'Deny')
  return any || pattern || (a.resource.pattern === 'PREFIXED' ? length : 0) || deny
}

/** Kept with the policies, which nobody changes in place. */
const rules = new WeakMap<readonly PolicyEntry[], readonly Rule[]>()

const rulesOf = (entries: readonly PolicyEntry[]): readonly Rule[] => {
  let known = rules.get(entries)
  if (!known) {
    known = entries
      .flatMap((entry) => {
        const resource = parseResource(entry.resource)
        return resource ? [{ entry, resource }] : []
      })
      .sort(bySpecificity)
    rules.set(entries, known)
  }
  return known
}

/** Entries of the Custom policy decide; only where none of them matches, those of the Default one. */
export const decide = (acl: Acl | undefined, need: Need, sourceIp: string): Verdict => {
  for (const type of ['Custom', 'Default'] as const)
    for (const { policyType, entries } of acl?.policies ?? []) {
      if (policyType !== type) continue
      const rule = rulesOf(entries).find(
        (known) =>
          isOf(known, need.resource) && grants(known, need.actions) && comesFrom(known, sourceIp)
      )
      if (rule) return { decision: rule.entry.decision, entry: rule.entry, policyType }
    }
  return { decision: 'Deny' }
}
