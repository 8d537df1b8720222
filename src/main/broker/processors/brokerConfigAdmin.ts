/** UPDATE_BROKER_CONFIG (25), GET_BROKER_CONFIG (26). Java: AdminBrokerProcessor. */
import type { Clock } from '../../base/clock'
import type { Log } from '../../base/log'
import { initialDataVersion, nextDataVersion } from '../../protocol/bodies/dataVersion'
import { formatPropertiesText, parsePropertiesText } from '../../protocol/bodies/propertiesText'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { GetBrokerConfigResponseHeader, NoHeader } from '../../protocol/headers/admin'
import { RemotingError, success, type Reply } from '../../protocol/remotingCommand'
import { reply, route, type Route } from '../../remoting/route'
import { brokerTable, type LiveBrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerOuterAPI } from '../brokerOuterAPI'
import type { TopicConfigManager } from '../topicConfigManager'

interface Deps {
  clock: Pick<Clock, 'now'>
  log: Log
  identity: Pick<BrokerIdentity, 'name'>
  live: Pick<LiveBrokerConfig, 'change' | 'allTexts'>
  topics: Pick<TopicConfigManager, 'bump' | 'createSystemTopics'>
  nameservers: Pick<BrokerOuterAPI, 'registered'>
  onPropertiesChanged: (changed: Readonly<Record<string, string>>) => void
}

export const brokerConfigAdmin = (deps: Deps): Route[] => {
  const { clock, log, identity, live, topics, nameservers, onPropertiesChanged } = deps
  let version = initialDataVersion(clock.now())

  const judge = (key: string, value: string): void => {
    const problem = brokerTable.check(key, value)
    if (problem?.code === 'UNKNOWN_PROPERTY') {
      const nearest = brokerTable.nearest(key)
      const cure = nearest ? `did you mean ${nearest}?` : 'getBrokerConfig lists those it has'
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `${key.slice(0, 64)} is not a property of broker ${identity.name}; ${cure}`
      )
    }
    if (brokerTable.of(key)?.readOnly)
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `${key} is decided by the cluster ${identity.name} belongs to, it cannot be updated`
      )
    if (problem)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `${key}=${value.slice(0, 64)}: the value must be ${problem.expected}`
      )
  }

  const update = async (given: ReadonlyMap<string, string>): Promise<Reply> => {
    if (given.size === 0)
      throw new RemotingError(ResponseCode.SYSTEM_ERROR, 'string2Properties error: the body has no key=value line') // prettier-ignore
    // Java refuses these by their presence, whatever their value.
    for (const key of given.keys())
      if (brokerTable.isBlackListed(key))
        throw new RemotingError(ResponseCode.NO_PERMISSION, `Can not update config in black list. Leave out ${key}.`) // prettier-ignore
    const before = live.allTexts()
    const changed = new Map([...given].filter(([key, value]) => before.get(key) !== value))
    for (const [key, value] of changed) judge(key, value)
    if (changed.size === 0) return success
    const later = live.change(changed)
    version = nextDataVersion(version, clock.now())
    for (const [key, value] of changed) log.info(`${key}=${value} (before: ${before.get(key)})`)
    onPropertiesChanged(Object.fromEntries(changed))
    if (changed.has('autoCreateTopicEnable')) await topics.createSystemTopics()
    if (changed.has('brokerPermission')) topics.bump()
    await nameservers.registered()
    if (later.length === 0) return success
    return { code: ResponseCode.SUCCESS, remark: `kept; takes effect with the next start of ${identity.name}: ${later.join(', ')}` } // prettier-ignore
  }

  return [
    route(RequestCode.UPDATE_BROKER_CONFIG, NoHeader, ({ body }) =>
      update(parsePropertiesText(body.toString('utf8')))
    ),
    route(RequestCode.GET_BROKER_CONFIG, NoHeader, () =>
      reply(
        GetBrokerConfigResponseHeader,
        { version: JSON.stringify(version) },
        Buffer.from(formatPropertiesText(live.allTexts()))
      )
    )
  ]
}
