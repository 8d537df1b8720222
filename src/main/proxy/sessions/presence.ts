/** Who a gRPC client is to brokers: one of their own producers and consumers. */
import type { ConsumerData } from '../../protocol/bodies/heartbeat'
import {
  buildSubscriptionData,
  sqlSubscriptionData,
  type SubscriptionData
} from '../../protocol/bodies/heartbeat'
import type { LanguageCode } from '../../protocol/codes/languageCode'
import { ClientType, FilterType, languageNames } from '../v2/enums'
import type { Settings, SubscriptionEntry } from '../v2/messages'

export interface Presence {
  /** Java: the proxy's producer groups are called as their topics. */
  producerGroups: string[]
  consumers: ConsumerData[]
  /** Brokers of these topics are told. */
  topics: string[]
  language: LanguageCode
}

const languages = new Map<string, LanguageCode>([
  ['JAVA', 'JAVA'],
  ['CPP', 'CPP'],
  ['DOT_NET', 'DOTNET'],
  ['GOLANG', 'GO'],
  ['RUST', 'RUST'],
  ['PYTHON', 'PYTHON'],
  ['PHP', 'PHP'],
  ['NODE_JS', 'NODE_JS'],
  ['RUBY', 'RUBY']
])

export const languageOf = (settings: Settings): string =>
  languageNames[settings.userAgent?.language ?? 0] ?? 'UNSPECIFIED'

const subscriptionOf = (
  { topic, expression }: SubscriptionEntry,
  version: number
): SubscriptionData => {
  const name = topic?.name ?? ''
  const text = expression?.expression ?? ''
  if (expression?.type === FilterType.SQL) return sqlSubscriptionData(name, text, version)
  return buildSubscriptionData(name, text, version)
}

/**
 * @param version of the subscriptions, ms; a later one replaces an earlier one.
 * @throws RangeError for a tag expression that names no tag.
 */
export const presenceOf = (
  settings: Settings,
  publishedTopics: Iterable<string>,
  version: number
): Presence => {
  const language = languages.get(languageOf(settings)) ?? 'OTHER'
  const { subscription } = settings
  if (!subscription) {
    const topics = [...publishedTopics]
    return { producerGroups: topics, consumers: [], topics, language }
  }
  const subscriptionDataSet = (subscription.subscriptions ?? []).map((entry) =>
    subscriptionOf(entry, version)
  )
  const consumer: ConsumerData = {
    groupName: subscription.group?.name ?? '',
    consumeType:
      settings.clientType === ClientType.SIMPLE_CONSUMER ? 'CONSUME_ACTIVELY' : 'CONSUME_PASSIVELY',
    messageModel: 'CLUSTERING',
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    subscriptionDataSet,
    unitMode: false
  }
  const topics = subscriptionDataSet.map(({ topic }) => topic)
  return { producerGroups: [], consumers: [consumer], topics, language }
}
