/** UPDATE_BROKER_CONFIG (25), GET_BROKER_CONFIG (26). Java: AdminBrokerProcessor. */
import type { Clock } from '../../base/clock'
import type { Log } from '../../base/log'
import { initialDataVersion, nextDataVersion } from '../../protocol/bodies/dataVersion'
import { formatPropertiesText } from '../../protocol/bodies/propertiesText'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { GetBrokerConfigResponseHeader, NoHeader } from '../../protocol/headers/admin'
import { success, type Reply } from '../../protocol/remotingCommand'
import { configUpdate } from '../../remoting/configUpdate'
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

  const update = async (text: string): Promise<Reply> => {
    const before = live.allTexts()
    const owner = `broker ${identity.name}`
    const changed = configUpdate({ table: brokerTable, text, before, owner, lister: 'getBrokerConfig' }) // prettier-ignore
    if (changed.size === 0) return success
    const later = live.change(changed)
    version = nextDataVersion(version, clock.now())
    for (const [key, value] of changed)
      if (brokerTable.of(key)?.secret) log.info(`${key} was changed`)
      else log.info(`${key}=${value} (before: ${before.get(key)})`)
    onPropertiesChanged(Object.fromEntries(changed))
    if (changed.has('autoCreateTopicEnable')) await topics.createSystemTopics()
    if (changed.has('brokerPermission')) topics.bump()
    await nameservers.registered()
    if (later.length === 0) return success
    return { code: ResponseCode.SUCCESS, remark: `kept; takes effect with the next start of ${identity.name}: ${later.join(', ')}` } // prettier-ignore
  }

  return [
    route(RequestCode.UPDATE_BROKER_CONFIG, NoHeader, ({ body }) => update(body.toString('utf8'))),
    route(RequestCode.GET_BROKER_CONFIG, NoHeader, () =>
      reply(
        GetBrokerConfigResponseHeader,
        { version: JSON.stringify(version) },
        Buffer.from(formatPropertiesText(live.allTexts()))
      )
    )
  ]
}
