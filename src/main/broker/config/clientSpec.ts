/** How a broker treats its clients. Java: BrokerConfig, MessageStoreConfig. */
import {
  flag,
  int,
  long,
  oneOf,
  hot,
  ms,
  count,
  percent,
  type PropertySpec
} from '../../base/properties/property'

export const clientSpec = {
  autoCreateSubscriptionGroup: flag('client', true, hot),
  notifyConsumerIdsChangedEnable: flag('client', true, hot),
  longPollingEnable: flag('client', true, hot),
  shortPollingTimeMills: long('client', 1000, { ...ms, max: 30_000 }),
  litePullMessageEnable: flag('client', true, hot),
  rejectPullConsumerEnable: flag('client', false, hot),
  useServerSideResetOffset: flag('client', true, hot),
  // RocketMQ's default is false: its consumers wait until a master that died is back.
  slaveReadEnable: flag('client', true, hot),
  enablePropertyFilter: flag('client', false, hot),
  filterSupportRetry: flag('client', false, hot),
  popFromRetryProbability: int('client', 20, { ...percent, max: 100 }),
  enablePopMessageThreshold: flag('client', false, hot),
  popInflightMessageThreshold: long('client', 10_000, { ...count, min: 1 }),
  popResponseReturnActualRetryTopic: flag('client', false, hot),
  serverLoadBalancerEnable: flag('client', true, hot),
  defaultMessageRequestMode: oneOf('client', ['PULL', 'POP'], hot),
  defaultPopShareQueueNum: int('client', -1, { ...count, min: -1 }),
  channelExpiredTimeout: long('client', 120_000, { ...ms, min: 1000 }),
  flushConsumerOffsetInterval: int('client', 5000, { unit: 'ms', min: 100 }),
  // With RocketMQ a property of the JVM: rocketmq.broker.rebalance.lockMaxLiveTime.
  gantryRebalanceLockMaxLiveTime: int('client', 60_000, { ...ms, min: 1000, max: 3_600_000 })
} satisfies PropertySpec
