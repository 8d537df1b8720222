/** Do the members of a group subscribe to the same? RocketMQ keeps one subscription a group, so those that differ lose messages. */
import type { SubscriptionData } from './bodies/heartbeat'
import { isRetryTopic } from './topicNames'

/** What one member wants of one topic. */
export interface MemberSubscription {
  topic: string
  subString: string
  expressionType: string
}

export interface SubscribingMember {
  clientId: string
  subscriptions: readonly MemberSubscription[]
}

/** Two members that want different things of a topic; an expression is absent where a member does not subscribe to it. */
export interface SubscriptionDifference {
  topic: string
  clientId: string
  expression?: string
  otherClientId: string
  otherExpression?: string
}

/** Tags in one order: `A || B` and `B||A` are the same. */
const expressionOf = ({ subString, expressionType }: MemberSubscription): string => {
  if (expressionType === 'SQL92') return subString.trim()
  const tags = subString.split('||').map((tag) => tag.trim())
  return [...new Set(tags.filter((tag) => tag !== ''))].sort().join(' || ') || '*'
}

/** Retry topics are left out: gRPC clients do not name theirs. */
export const memberSubscriptions = (
  subscriptions: readonly SubscriptionData[]
): MemberSubscription[] =>
  subscriptions
    .filter(({ topic }) => !isRetryTopic(topic))
    .map(({ topic, subString, expressionType }) => ({ topic, subString, expressionType }))

/** What a member wants of each topic, in one spelling. */
export const memberExpressions = (
  subscriptions: readonly MemberSubscription[]
): Map<string, string> => new Map(subscriptions.map((one) => [one.topic, expressionOf(one)]))

/** The first two members that differ; undefined where all want the same. */
export const subscriptionDifference = (
  members: readonly SubscribingMember[]
): SubscriptionDifference | undefined => {
  const [first, ...others] = members.map(({ clientId, subscriptions }) => ({
    clientId,
    wanted: memberExpressions(subscriptions)
  }))
  if (!first) return undefined
  for (const other of others) {
    const topics = new Set([...first.wanted.keys(), ...other.wanted.keys()])
    for (const topic of topics) {
      const [expression, otherExpression] = [first.wanted.get(topic), other.wanted.get(topic)]
      if (expression === otherExpression) continue
      return {
        ...{ topic, clientId: first.clientId, otherClientId: other.clientId },
        ...(expression !== undefined && { expression }),
        ...(otherExpression !== undefined && { otherExpression })
      }
    }
  }
  return undefined
}
