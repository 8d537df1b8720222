/** Who may do what. Java: AuthorizationMetadataManagerImpl, LocalAuthorizationMetadataProvider. */
import type { BrokerMeta } from '../../meta/brokerMeta'
import type { AclInfo } from '../../protocol/bodies/auth'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import { MAX_POLICY_ENTRIES, MAX_RESOURCE_LENGTH, MAX_SOURCE_IPS } from '../../../shared/aclLimits'
import {
  parseResource,
  resourceKey,
  usernameOf,
  type Acl,
  type Policy,
  type PolicyEntry,
  type PolicyType
} from '../../../shared/aclModel'
import { isIpOrCidr } from '../../../shared/ipRange'

interface Deps {
  meta: Pick<BrokerMeta, 'users' | 'acls'>
}

const refuse = (remark: string): never => {
  throw new RemotingError(ResponseCode.NO_PERMISSION, remark)
}

/** Java's own words, and what would be right where those do not say it. */
const checkedEntry = (entry: AclInfo['policies'][number]['entries'][number]): PolicyEntry => {
  const { actions, sourceIps, decision } = entry
  const resource = parseResource(entry.resource)
  if (!resource || entry.resource.length > MAX_RESOURCE_LENGTH)
    return refuse('The resource is null. It is *, or Topic:name, Group:prefix*, Cluster:* and the like') // prettier-ignore
  if (actions.length === 0) refuse('The actions is empty.')
  if (actions.includes('Any')) refuse('The actions can not be Any.')
  if (sourceIps.length > MAX_SOURCE_IPS) refuse(`The source ips are more than ${MAX_SOURCE_IPS}.`)
  for (const ip of sourceIps)
    if (ip.trim() === '') refuse('The source ip is empty.')
    else if (!isIpOrCidr(ip)) refuse('The source ip is invalid.')
  return {
    resource: resourceKey(resource),
    actions: [...new Set(actions.filter((action) => action !== 'Any'))],
    sourceIps,
    decision: decision ?? refuse('The decision is null or illegal.')
  }
}

const checked = (policies: AclInfo['policies']): Policy[] => {
  if (policies.length === 0) refuse('The policies is empty.')
  return policies.map(({ policyType = 'Custom', entries }) => {
    if (entries.length === 0) refuse('The policy entries is empty.')
    return { policyType, entries: entries.map(checkedEntry) }
  })
}

/** Entries of the same resource take the place of what is there. Java: Acl.updatePolicy, Policy.updateEntry. */
const merged = (old: readonly Policy[], changes: readonly Policy[]): Policy[] => {
  const policies = new Map(old.map(({ policyType, entries }) => [policyType, entries]))
  for (const { policyType, entries } of changes) {
    const byResource = new Map((policies.get(policyType) ?? []).map((e) => [e.resource, e]))
    for (const entry of entries) byResource.set(entry.resource, entry)
    policies.set(policyType, [...byResource.values()])
  }
  return [...policies].map(([policyType, entries]) => ({ policyType, entries }))
}

export class AuthorizationMetadataManager {
  constructor(private readonly deps: Deps) {}

  get(subject: string): Acl | undefined {
    return this.deps.meta.acls.get(subject)
  }

  /** As RocketMQ: the resource filter looks at resources, and is not asked where the subject has it in its name. */
  list(subjectFilter = '', resourceFilter = ''): Acl[] {
    const isWanted = (subject: string, { resource }: PolicyEntry): boolean =>
      subject.includes(resourceFilter) || resource.includes(resourceFilter)
    return this.deps.meta.acls
      .all()
      .filter(([subject]) => subject.includes(subjectFilter))
      .map(([subject, { policies }]) => ({
        subject,
        policies: policies
          .map((policy) => ({
            ...policy,
            entries: policy.entries.filter((entry) => isWanted(subject, entry))
          }))
          .filter(({ entries }) => entries.length > 0)
      }))
      .filter(({ policies }) => policies.length > 0)
      .sort((a, b) => (a.subject < b.subject ? -1 : 1))
  }

  /** Adds to what the subject has, for AUTH_CREATE_ACL and AUTH_UPDATE_ACL alike. @throws RemotingError NO_PERMISSION. */
  async put({ subject, policies: given }: AclInfo): Promise<void> {
    const changes = checked(given)
    this.mustExist(subject)
    const policies = merged(this.get(subject)?.policies ?? [], changes)
    const count = policies.reduce((sum, { entries }) => sum + entries.length, 0)
    if (count > MAX_POLICY_ENTRIES)
      refuse(
        `${subject} would have ${count} policy entries, at most ${MAX_POLICY_ENTRIES} are kept`
      )
    await this.deps.meta.acls.put(subject, { subject, policies })
  }

  /** One entry, or without a resource everything about the subject. @throws RemotingError NO_PERMISSION. */
  async remove(subject: string, policyType: PolicyType = 'Custom', resource = ''): Promise<void> {
    const { acls } = this.deps.meta
    this.mustExist(subject)
    const old = this.get(subject) ?? refuse('The acl is not exist.')
    const parsed = parseResource(resource)
    const key = parsed && resourceKey(parsed)
    const policies = old.policies
      .map((policy) => ({
        ...policy,
        entries: policy.entries.filter(
          (e) => policy.policyType !== policyType || e.resource !== key
        )
      }))
      .filter(({ entries }) => entries.length > 0)
    if (key === undefined || policies.length === 0) await acls.remove(subject)
    else await acls.put(subject, { subject, policies })
  }

  /** @throws RemotingError NO_PERMISSION. */
  mustExist(subject: string): void {
    const username = usernameOf(subject)
    if (username === undefined) return refuse('The subject type is null. A subject is User:name')
    if (!this.deps.meta.users.get(username)) refuse(`The subject of ${subject} is not exist.`)
  }
}
