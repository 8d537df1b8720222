/** Every feature of a broker. A list: what each needs is named by its own Deps. */
import type { Clock } from '../../base/clock'
import type { Disk } from '../../base/disk'
import type { BrokerMeta } from '../../meta/brokerMeta'
import type { MessageStore } from '../../store/messageStore'
import type { Broker2Client } from '../broker2Client'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerReport } from '../brokerReport'
import type { BrokerParts } from '../brokerRoutes'
import type { BrokerStatsManager } from '../brokerStatsManager'
import type { DeadLetters } from '../deadLetters'
import type { ProducerManager } from '../producerManager'
import type { TopicConfigManager } from '../topicConfigManager'
import type { MessageTrace } from '../trace/messageTrace'
import type { BrokerFeature } from './feature'
import type { MessageWriter } from './messageWriter'
import { brokerTrace } from './brokerTrace/brokerTrace'
import { replyMessage } from './reply/replyMessage'
import { consumerSendMsgBack } from './retry/consumerSendMsgBack'
import { scheduleMessage } from './schedule/scheduleMessage'
import { timerMessage } from './timer/timerMessage'
import { transaction } from './transaction/transaction'

/** Everything features use besides what processors do. */
export type FeatureParts = BrokerParts & {
  clock: Clock
  stats: BrokerStatsManager
  trace: MessageTrace
  writer: MessageWriter
  deadLetters: DeadLetters
  meta: BrokerMeta
  store: MessageStore
  identity: BrokerIdentity
  topics: TopicConfigManager
  producers: ProducerManager
  disk: Disk
  /** The broker's own folder, for files that are no messages. */
  folder: string
  broker2Client: Broker2Client
  onReport: (report: BrokerReport) => void
}

/** In the order their hooks see a message. */
export const brokerFeatures = (parts: FeatureParts): BrokerFeature[] => [
  scheduleMessage(parts),
  timerMessage(parts),
  consumerSendMsgBack(parts),
  replyMessage(parts),
  brokerTrace(parts),
  // Behind the others: they leave a prepared message alone, and it is no longer one when it is parked.
  transaction(parts)
]
