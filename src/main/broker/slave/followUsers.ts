/** A slave lets in whom its master lets in. RocketMQ's slaves know only users they were told themselves. */
import type { BrokerMeta, UserDoc } from '../../meta/brokerMeta'
import type { Collection } from '../../meta/collection'
import type { MasterApi } from './masterApi'

/** What differs is written, nothing else. */
const follow = async <T extends object>(
  own: Collection<T>,
  masters: readonly (readonly [key: string, value: T])[]
): Promise<void> => {
  const wanted = new Map(masters)
  const gone = own.all().filter(([key]) => !wanted.has(key))
  if (gone.length > 0) await own.removeAll(gone.map(([key]) => key))
  const isNews = ([key, value]: readonly [string, T]): boolean =>
    JSON.stringify(own.get(key)) !== JSON.stringify(value)
  const changed = [...wanted].filter(isNews)
  if (changed.length > 0) await own.putAll(changed)
}

export const followUsers = async (
  master: Pick<MasterApi, 'users' | 'acls'>,
  { users, acls }: Pick<BrokerMeta, 'users' | 'acls'>
): Promise<void> => {
  const [told, policies] = [await master.users(), await master.acls()]
  // Secrets are told to super users only: with half of what a user is nobody could sign.
  const isWhole = told?.every(({ password }) => password !== undefined)
  if (!told || !policies || !isWhole) return
  const known = told.map(
    ({ username, password = '', userType = 'Normal', userStatus = 'enable' }) =>
      [username, { username, password, userType, userStatus } satisfies UserDoc] as const
  )
  await follow(users, known)
  await follow(
    acls,
    policies.map(({ subject, policies: all }) => [subject, { subject, policies: all }] as const)
  )
}
