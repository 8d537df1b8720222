/** What a broker does with topics, messages and transactions. Java: BrokerConfig, MessageStoreConfig. */
import { NAME_PATTERN } from '../../../shared/names'
import {
  text,
  flag,
  int,
  long,
  hot,
  ms,
  count,
  type PropertySpec
} from '../../base/properties/property'

export const behaviourSpec = {
  brokerPermission: int('behaviour', 6, { ...hot, min: 0, max: 7 }),
  autoCreateTopicEnable: flag('behaviour', true, hot),
  defaultTopicQueueNums: int('behaviour', 8, { unit: 'count', min: 1, max: 1024 }),
  clusterTopicEnable: flag('behaviour', true),
  brokerTopicEnable: flag('behaviour', true),
  traceTopicEnable: flag('behaviour', false),
  msgTraceTopicName: text(
    'behaviour',
    'RMQ_SYS_TRACE_TOPIC',
    {},
    'a topic name',
    (value) => NAME_PATTERN.test(value) && value.length <= 127
  ),
  // Gantry's own: events of the broker's trace kept in memory, 37 bytes each; 0: none.
  gantryTraceEvents: int('behaviour', 131_072, { unit: 'count', max: 1_048_576 }),
  recallMessageEnable: flag('behaviour', false, hot),
  traceOn: flag('behaviour', true, hot),
  regionId: text('behaviour', 'DefaultRegion', hot, 'a name of a-z A-Z 0-9 _ -', (value) =>
    NAME_PATTERN.test(value)
  ),
  startAcceptSendRequestTimeStamp: long('behaviour', 0, ms),
  storeReplyMessageEnable: flag('behaviour', true, hot),
  validateSystemTopicWhenUpdateTopic: flag('behaviour', true, hot),
  rejectTransactionMessage: flag('behaviour', false, hot),
  transactionTimeOut: long('behaviour', 6000, { ...ms, max: 86_400_000 }),
  transactionCheckMax: int('behaviour', 15, { ...count, min: 1 }),
  transactionCheckInterval: long('behaviour', 30_000, { ...ms, min: 100 })
} satisfies PropertySpec
