/** Users and permissions as the mqadmin commands that make them again. Passwords are asked for, never written. */
import { usernameOf, type Acl, type UserStatus, type UserType } from '../../../shared/aclModel'
import { quoted } from './exportScript'

export interface OfCluster {
  cluster: string
  users: readonly { username: string; userType: UserType; userStatus: UserStatus }[]
  acls: readonly Acl[]
}

const entryLines = (cluster: string, { subject, policies }: Acl): string[] =>
  policies.flatMap(({ policyType, entries }) =>
    entries.map(({ resource, actions, sourceIps, decision }) => {
      if (policyType === 'Default')
        return `# mqadmin makes no default policies: ${subject} ${resource}`.replace(/[\r\n]/g, ' ')
      const ips = sourceIps.length > 0 ? ` -i ${quoted(sourceIps.join(','))}` : ''
      return `mq createAcl -c ${quoted(cluster)} -s ${quoted(subject)} -r ${quoted(resource)} -a ${quoted(actions.join(','))}${ips} -d ${quoted(decision)}`
    })
  )

/** Each password is a variable, without which the script ends before it makes a user. */
export const exportUsers = (clusters: readonly OfCluster[]): string[] => {
  const names = [...new Set(clusters.flatMap(({ users }) => users.map((u) => u.username)))].sort()
  if (names.length === 0) return []
  const variable = (username: string): string => `PASSWORD_${names.indexOf(username) + 1}`
  return [
    '# Passwords are not exported. Set these variables:',
    ...names.map((name) => `: "\${${variable(name)}:?the password of a user, see below}"`),
    ...clusters.flatMap(({ cluster, users, acls }) => [
      ...users.flatMap(({ username, userType, userStatus }) => [
        `mq createUser -c ${quoted(cluster)} -u ${quoted(username)} -p "$${variable(username)}" -t ${quoted(userType)}`,
        ...(userStatus === 'disable'
          ? [`mq updateUser -c ${quoted(cluster)} -u ${quoted(username)} -s 'disable'`]
          : [])
      ]),
      ...acls.filter(({ subject }) => usernameOf(subject) !== undefined).flatMap((acl) => entryLines(cluster, acl)) // prettier-ignore
    ])
  ]
}
