/** Who may call, and what. Java: AuthenticationPipeline, AuthorizationPipeline of the proxy. */
import type { IncomingHttpHeaders } from 'node:http2'
import { decide } from '../../../shared/aclDecision'
import { resourceKey, subjectOf } from '../../../shared/aclModel'
import { authentication, accessKeyOf } from '../grpc/authentication'
import type { Access, Asked } from '../grpc/access'
import type { ProxyConfig } from '../proxyConfig'
import { userOf } from '../../protocol/sessionCredentials'
import { Code, status } from '../v2/code'
import type { Status } from '../v2/messages'
import type { AuthMetadata } from './authMetadata'
import { callRights } from './callRights'

interface Deps {
  config: Pick<
    ProxyConfig,
    | 'authenticationEnabled'
    | 'authenticationWhitelist'
    | 'authorizationEnabled'
    | 'authorizationWhitelist'
    | 'initAuthenticationUser'
  >
  metadata: Pick<AuthMetadata, 'user' | 'acl'>
}

const refused = (why: string): Status => status(Code.UNAUTHORIZED, why)

/** Names as RocketMQ writes them there, `apache.rocketmq.v2.SendMessageRequest`, or of the call alone. */
const isListed = (list: string, method: string): boolean =>
  list.split(',').some((part) => {
    const name = part.trim().replace(/^apache\.rocketmq\.v2\./, '')
    return name !== '' && [method, `${method}Request`, `${method}Command`].includes(name)
  })

/** The address in `host:port`. */
const ipOf = (remoteAddress: string): string =>
  remoteAddress.slice(0, remoteAddress.lastIndexOf(':')).replace(/^\[|\]$/g, '')

/** Undefined where nobody is asked anything. */
export const proxyAccess = ({ config, metadata }: Deps): Access | undefined => {
  const { authenticationEnabled, authorizationEnabled } = config
  if (!authenticationEnabled && !authorizationEnabled) return undefined
  const init = userOf(config.initAuthenticationUser)
  const authenticate = authentication(config, (username) => metadata.user(username))

  const authorize = async (
    { method, request, remoteAddress }: Asked,
    headers: IncomingHttpHeaders
  ): Promise<Status | undefined> => {
    // prettier-ignore
    const needs = callRights[method](request as never)
    if (needs.length === 0) return undefined
    const username = accessKeyOf(headers)
    if (username === '') return refused('Authorization failed. Please verify your access rights and try again.') // prettier-ignore
    if (username === init?.username) return undefined
    const user = await metadata.user(username)
    if (!user) return refused(`User:${username} not found.`)
    if (user.userStatus === 'disable') return refused(`User:${username} is disabled.`)
    if (user.userType === 'Super') return undefined
    const subject = subjectOf(username)
    const acl = await metadata.acl(subject)
    const sourceIp = ipOf(remoteAddress)
    for (const need of needs) {
      const { decision, entry } = decide(acl, need, sourceIp)
      if (decision === 'Allow') continue
      const why = entry ? 'the decision is deny.' : 'no matched policies.'
      return refused(`${subject} has no permission to access ${resourceKey(need.resource)} from ${sourceIp}, ${why}`) // prettier-ignore
    }
    return undefined
  }

  return {
    authenticate: (headers, method) =>
      authenticationEnabled && !isListed(config.authenticationWhitelist, method)
        ? authenticate(headers)
        : undefined,
    authorize: (asked, headers) =>
      authorizationEnabled && !isListed(config.authorizationWhitelist, asked.method)
        ? authorize(asked, headers)
        : undefined
  }
}
