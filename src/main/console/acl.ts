/** Users and policies: what is done is done on every broker, because no broker tells another. */
import { decide } from '../../shared/aclDecision'
import { parseResource, subjectOf, type Acl } from '../../shared/aclModel'
import type { AclBrokerView, AclTestQuery, AclVerdict, AclView } from '../../shared/aclViews'
import type { Handlers } from '../../shared/contract'
import type { Problem } from '../../shared/views'
import type { UserOfBroker } from '../admin/aclAdmin'
import type { Admin } from '../admin/admin'
import { gather, type BrokerRef, type Gathered } from '../admin/adminCall'
import { ProblemError } from '../cluster/problem'
import type { UserInfo } from '../protocol/bodies/auth'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import type { AclSwitch } from './aclSwitch'

interface Deps {
  admin: Pick<
    Admin,
    | 'listBrokers'
    | 'getBrokerConfig'
    | 'listUsers'
    | 'createUser'
    | 'updateUser'
    | 'deleteUser'
    | 'copyUser'
    | 'listAcls'
    | 'updateAcl'
    | 'deleteAcl'
  >
  toProblem: (error: unknown) => Problem
  /** Undefined while another cluster is looked at. */
  local: () => AclSwitch | undefined
}

const nameOf = ({ brokerName, brokerId }: BrokerRef): string => `${brokerName}:${brokerId}`

interface Told {
  users: UserOfBroker[]
  acls: Acl[]
}

type Answers = Gathered<Told>['answers']

/** Entries in whatever order are the same. */
const textOf = (value: UserOfBroker | Acl | undefined): string => {
  if (!value || !('policies' in value)) return JSON.stringify(value ?? null)
  const lines = value.policies.flatMap(({ policyType, entries }) =>
    entries.map(
      (e) =>
      JSON.stringify([policyType, e.resource, e.decision, [...e.actions].sort(), [...e.sourceIps].sort()]) // prettier-ignore
    )
  )
  return lines.sort().join('\n')
}

/** What the first broker that has it says; the others that say otherwise. */
const compared = <T extends UserOfBroker | Acl>(
  answers: Answers,
  itemsOf: (told: Told) => readonly T[],
  keyOf: (item: T) => string
): { item: T; differsOn: string[]; holder: BrokerRef }[] => {
  const first = new Map<string, { item: T; holder: BrokerRef }>()
  const tables = answers.map(({ broker, value }) => {
    const table = new Map(itemsOf(value).map((item) => [keyOf(item), item]))
    for (const [key, item] of table) if (!first.has(key)) first.set(key, { item, holder: broker })
    return { broker, table }
  })
  return [...first]
    .map(([key, { item, holder }]) => ({
      item,
      holder,
      differsOn: tables
        .filter(({ table }) => textOf(table.get(key)) !== textOf(item))
        .map(({ broker }) => nameOf(broker))
    }))
    .sort((a, b) => (keyOf(a.item) < keyOf(b.item) ? -1 : 1))
}

const users = (answers: Answers) => compared(answers, (told) => told.users, (user) => user.username) // prettier-ignore
const acls = (answers: Answers) =>
  compared(
    answers,
    (told) => told.acls,
    (acl) => acl.subject
  )

const isTaken = (error: unknown): boolean =>
  error instanceof RemotingError &&
  error.code === ResponseCode.NO_PERMISSION &&
  error.remark.includes('existed')

/** A policy about somebody or something that is not there. */
const isGone = (error: unknown): boolean =>
  error instanceof RemotingError &&
  error.code === ResponseCode.NO_PERMISSION &&
  error.remark.includes('is not exist')

export const aclHandlers = ({ admin, toProblem, local }: Deps) => {
  const tell = async ({ address }: BrokerRef): Promise<Told> => ({
    users: await admin.listUsers(address),
    acls: await admin.listAcls(address)
  })

  /** Masters first: slaves of ours follow them. */
  const brokers = async (): Promise<BrokerRef[]> => {
    const all = await admin.listBrokers()
    return [...all].sort((a, b) => Math.sign(a.brokerId) - Math.sign(b.brokerId))
  }

  const onAll = async (work: (broker: BrokerRef) => Promise<unknown>): Promise<void> => {
    const all = await brokers()
    const masters = await gather(
      all.filter(({ brokerId }) => brokerId === 0),
      work
    )
    const slaves = all.filter(({ brokerId }) => brokerId !== 0)
    const others = await gather(slaves, work).catch((error: Error) => ({
      answers: [],
      failures: slaves.map((broker) => ({ broker, error }))
    }))
    const [failure] = [...masters.failures, ...others.failures]
    if (!failure) return
    const failed = [...masters.failures, ...others.failures].map(({ broker }) => nameOf(broker))
    const { message } = failure.error
    throw new ProblemError('ACL_PARTIAL', { brokers: failed.join(', ') }, message)
  }

  const enforcement = async ({ address }: BrokerRef): Promise<Partial<AclBrokerView>> => {
    try {
      const properties = await admin.getBrokerConfig(address)
      return {
        asksWho: properties.get('authenticationEnabled') === 'true',
        asksWhat: properties.get('authorizationEnabled') === 'true'
      }
    } catch {
      // Who may not read the properties is not told.
      return {}
    }
  }

  const view = async (): Promise<AclView> => {
    const all = await brokers()
    const rows = await Promise.all(
      all.map(async (broker) => {
        const [told, asks] = await Promise.allSettled([tell(broker), enforcement(broker)])
        const row: AclBrokerView = {
          name: nameOf(broker),
          ...(asks.status === 'fulfilled' && asks.value),
          ...(told.status === 'rejected' && { problem: toProblem(told.reason) })
        }
        return { row, broker, value: told.status === 'fulfilled' ? told.value : undefined }
      })
    )
    const answers = rows.flatMap(({ broker, value }) => (value ? [{ broker, value }] : []))
    const nodes = local()?.nodes()
    return {
      brokers: rows.map(({ row }) => row),
      users: users(answers).map(({ item: { username, userType, userStatus }, differsOn }) => ({
        ...{ username, userType, userStatus, differsOn }
      })),
      acls: acls(answers).map(({ item: { subject, policies }, differsOn }) => ({
        subject,
        policies: [...policies],
        differsOn
      })),
      ...(nodes && { nodes })
    }
  }

  /** Slaves of ours may have heard of it from their master. */
  const createOn = async ({ address, brokerId }: BrokerRef, info: UserInfo): Promise<void> => {
    try {
      await admin.createUser(address, info)
    } catch (error) {
      if (brokerId === 0 || !isTaken(error)) throw error
      await admin.updateUser(address, info)
    }
  }

  /** The first broker's word is made that of all. */
  const repair = async (): Promise<void> => {
    const { answers } = await gather(await brokers(), tell)
    const refs = new Map(answers.map(({ broker, value }) => [nameOf(broker), { broker, value }]))
    for (const { item, holder, differsOn } of users(answers))
      for (const name of differsOn) {
        const { broker, value } = refs.get(name)!
        const isThere = value.users.some(({ username }) => username === item.username)
        if (await admin.copyUser(holder.address, broker.address, item.username, isThere)) continue
        throw new ProblemError(
          'ACL_SECRET_NOT_TOLD',
          { username: item.username, broker: nameOf(holder) },
          `${nameOf(holder)} does not tell the password of ${item.username}, so he cannot be copied`
        )
      }
    for (const { item, differsOn } of acls(answers))
      for (const name of differsOn) {
        const { broker, value } = refs.get(name)!
        if (value.acls.some(({ subject }) => subject === item.subject))
          await admin.deleteAcl(broker.address, item.subject)
        await admin.updateAcl(broker.address, item)
      }
  }

  const judge = (
    { username, resource, action, sourceIp }: AclTestQuery,
    told: Told
  ): Omit<AclVerdict, 'broker'> => {
    // prettier-ignore
    const user = told.users.find((known) => known.username === username)
    if (!user) return { decision: 'Deny', reason: 'noUser' }
    if (user.userStatus === 'disable') return { decision: 'Deny', reason: 'disabled' }
    if (user.userType === 'Super') return { decision: 'Allow', reason: 'super' }
    const acl = told.acls.find(({ subject }) => subject === subjectOf(username))
    const need = { resource: parseResource(resource)!, actions: [action] }
    const verdict = decide(acl, need, sourceIp)
    return { ...verdict, reason: verdict.entry ? 'entry' : 'noMatch' }
  }

  return {
    'acl.view': view,
    'acl.createUser': (draft) => onAll((broker) => createOn(broker, draft)),
    'acl.updateUser': ({ password, ...rest }) =>
      onAll(({ address }) => admin.updateUser(address, { ...rest, password })),
    'acl.deleteUser': ({ username }) => onAll(({ address }) => admin.deleteUser(address, username)),
    'acl.saveEntry': ({ subject, policyType, replaces, ...entry }) =>
      onAll(async ({ address }) => {
        await admin.updateAcl(address, { subject, policies: [{ policyType, entries: [entry] }] })
        const isMoved = replaces && (replaces.policyType !== policyType || replaces.resource !== entry.resource) // prettier-ignore
        if (isMoved) await admin.deleteAcl(address, subject, replaces)
      }),
    'acl.deleteEntry': ({ subject, policyType, resource }) =>
      onAll(({ address }) =>
        admin.deleteAcl(address, subject, { policyType, resource }).catch((error: unknown) => {
          if (!isGone(error)) throw error
        })
      ),
    'acl.repair': repair,
    'acl.test': async (query) => {
      const { answers, failures } = await gather(await brokers(), tell)
      return {
        verdicts: answers.map(({ broker, value }) => ({ broker: nameOf(broker), ...judge(query, value) })), // prettier-ignore
        failed: failures.map(({ broker, error }) => ({ broker: nameOf(broker), problem: toProblem(error) })) // prettier-ignore
      }
    },
    'acl.switch': async (draft) => {
      const cluster = local()
      if (!cluster)
        throw new ProblemError('LOCAL_ONLY', {}, 'only the cluster of this machine can be switched')
      if (draft.isOn) {
        const { username, password } = draft
        cluster.mustRun()
        const info: UserInfo = { username, password, userType: 'Super', userStatus: 'enable' }
        await onAll(async ({ address }) => {
          try {
            await admin.createUser(address, info)
          } catch (error) {
            if (!isTaken(error)) throw error
            await admin.updateUser(address, info)
          }
        })
      }
      return cluster.set(draft.isOn)
    }
  } satisfies Partial<Handlers>
}
