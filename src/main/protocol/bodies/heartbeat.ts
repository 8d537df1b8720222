/** HEART_BEAT (34). Java: HeartbeatData, ConsumerData, ProducerData, SubscriptionData. */
import { booleanOf, numberOf, objectsOf, textOf, textsOf, asArray, type Json } from './read'
import { javaHashCode } from '../message/tagsCode'

export interface SubscriptionData {
  topic: string
  subString: string
  tagsSet: string[]
  /** Java's hash codes of the tags; empty: every message. */
  codeSet: number[]
  /** Grows with each change; milliseconds as clients make it. */
  subVersion: number
  /** TAG or SQL92. */
  expressionType: string
  classFilterMode: boolean
}

export interface ConsumerData {
  groupName: string
  consumeType: string
  messageModel: string
  consumeFromWhere: string
  subscriptionDataSet: SubscriptionData[]
  unitMode: boolean
}

export interface HeartbeatData {
  clientID: string
  producerDataSet: { groupName: string }[]
  consumerDataSet: ConsumerData[]
  /** 5.x heartbeat V2: not 0 when subscriptions may be left out. */
  heartbeatFingerprint: number
  isWithoutSub: boolean
}

export const SUB_ALL = '*'
export const EXPRESSION_TAG = 'TAG'
export const EXPRESSION_SQL92 = 'SQL92'

/** Java: ExpressionType.isTagType. */
export const isTagType = (expressionType: string): boolean =>
  expressionType === EXPRESSION_TAG || expressionType === ''

/** `TagA || TagB` as its tags. */
export const tagsOf = (subString: string): string[] =>
  subString
    .split('||')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')

/** What a tag expression selects. Java: FilterAPI.buildSubscriptionData. @throws RangeError for an empty alternative list. */
export const buildSubscriptionData = (
  topic: string,
  subString: string,
  subVersion: number
): SubscriptionData => {
  const all = subString.trim() === '' || subString.trim() === SUB_ALL
  const tagsSet = all ? [] : tagsOf(subString)
  if (!all && tagsSet.length === 0) throw new RangeError(`"${subString}" names no tag`)
  return {
    topic,
    subString: all ? SUB_ALL : subString,
    tagsSet,
    codeSet: tagsSet.map(javaHashCode),
    subVersion,
    expressionType: EXPRESSION_TAG,
    classFilterMode: false
  }
}

/** What an SQL92 expression selects; brokers judge it. Java: FilterAPI.build. */
export const sqlSubscriptionData = (
  topic: string,
  subString: string,
  subVersion: number
): SubscriptionData => ({
  ...{ topic, subString, tagsSet: [], codeSet: [], subVersion },
  ...{ expressionType: EXPRESSION_SQL92, classFilterMode: false }
})

export const readSubscriptionData = (value: Json): SubscriptionData => ({
  topic: textOf(value.topic),
  subString: textOf(value.subString, SUB_ALL),
  tagsSet: textsOf(value.tagsSet),
  codeSet: asArray(value.codeSet).map((code) => numberOf(code, 0)),
  subVersion: numberOf(value.subVersion, 0),
  // ali-ons leaves it out and means tags.
  expressionType: textOf(value.expressionType, EXPRESSION_TAG),
  classFilterMode: booleanOf(value.classFilterMode, false)
})

const readConsumerData = (value: Json): ConsumerData => ({
  groupName: textOf(value.groupName),
  consumeType: textOf(value.consumeType, 'CONSUME_PASSIVELY'),
  messageModel: textOf(value.messageModel, 'CLUSTERING'),
  consumeFromWhere: textOf(value.consumeFromWhere, 'CONSUME_FROM_LAST_OFFSET'),
  subscriptionDataSet: objectsOf(value.subscriptionDataSet).map(readSubscriptionData),
  unitMode: booleanOf(value.unitMode, false)
})

export const readHeartbeatData = (body: Json): HeartbeatData => ({
  clientID: textOf(body.clientID),
  producerDataSet: objectsOf(body.producerDataSet).map((p) => ({ groupName: textOf(p.groupName) })),
  consumerDataSet: objectsOf(body.consumerDataSet).map(readConsumerData),
  heartbeatFingerprint: numberOf(body.heartbeatFingerprint, 0),
  isWithoutSub: booleanOf(body.withoutSub ?? body.isWithoutSub, false)
})
