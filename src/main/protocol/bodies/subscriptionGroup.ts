/** Java: SubscriptionGroupConfig, SubscriptionGroupWrapper. */
import { asObject, booleanOf, numberOf, textOf, type Json } from './read'

export interface SubscriptionGroupConfig {
  groupName: string
  consumeEnable: boolean
  consumeFromMinEnable: boolean
  consumeBroadcastEnable: boolean
  consumeMessageOrderly: boolean
  retryQueueNums: number
  /** Deliveries after the first before the dead letters, where the client names no limit; 0 or less: none. */
  retryMaxTimes: number
  brokerId: number
  whichBrokerWhenConsumeSlowly: number
  notifyConsumerIdsChangedEnable: boolean
  groupSysFlag: number
  consumeTimeoutMinute: number
  attributes: Record<string, string>
}

export const defaultSubscriptionGroupConfig = (groupName: string): SubscriptionGroupConfig => ({
  groupName,
  consumeEnable: true,
  consumeFromMinEnable: true,
  consumeBroadcastEnable: true,
  consumeMessageOrderly: false,
  retryQueueNums: 1,
  retryMaxTimes: 16,
  brokerId: 0,
  whichBrokerWhenConsumeSlowly: 1,
  notifyConsumerIdsChangedEnable: true,
  groupSysFlag: 0,
  consumeTimeoutMinute: 15,
  attributes: {}
})

/** Fields a sender leaves out keep their defaults. */
export const readSubscriptionGroupConfig = (value: Json): SubscriptionGroupConfig => {
  const d = defaultSubscriptionGroupConfig(textOf(value.groupName))
  return {
    groupName: d.groupName,
    consumeEnable: booleanOf(value.consumeEnable, d.consumeEnable),
    consumeFromMinEnable: booleanOf(value.consumeFromMinEnable, d.consumeFromMinEnable),
    consumeBroadcastEnable: booleanOf(value.consumeBroadcastEnable, d.consumeBroadcastEnable),
    consumeMessageOrderly: booleanOf(value.consumeMessageOrderly, d.consumeMessageOrderly),
    retryQueueNums: numberOf(value.retryQueueNums, d.retryQueueNums),
    retryMaxTimes: numberOf(value.retryMaxTimes, d.retryMaxTimes),
    brokerId: numberOf(value.brokerId, d.brokerId),
    whichBrokerWhenConsumeSlowly: numberOf(
      value.whichBrokerWhenConsumeSlowly,
      d.whichBrokerWhenConsumeSlowly
    ),
    notifyConsumerIdsChangedEnable: booleanOf(
      value.notifyConsumerIdsChangedEnable,
      d.notifyConsumerIdsChangedEnable
    ),
    groupSysFlag: numberOf(value.groupSysFlag, d.groupSysFlag),
    consumeTimeoutMinute: numberOf(value.consumeTimeoutMinute, d.consumeTimeoutMinute),
    attributes: Object.fromEntries(
      Object.entries(asObject(value.attributes) ?? {}).map(([k, v]) => [k, textOf(v)])
    )
  }
}
