/** What a slave's requests to its master carry besides RocketMQ's own fields; a stock master or slave passes over them. */
import { bool, defineHeader, long, opt, str } from '../header'

/** GET_ALL_TOPIC_CONFIG (21), GET_ALL_CONSUMER_OFFSET (43), GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201). RocketMQ sends no field. */
export const SlaveSyncRequestHeader = defineHeader('SlaveSyncRequestHeader', {
  /** `versionText` of what the slave has: an equal table need not be sent. */
  gantryKnownVersion: opt(str)
})

/** Of the same, and of 45 and 60. RocketMQ answers no field. */
export const SlaveSyncResponseHeader = defineHeader('SlaveSyncResponseHeader', {
  /** The slave has it already; there is no body. */
  gantryUnchanged: opt(bool),
  /** Physical offset behind the master's log when this was so: what it says is of messages before it. */
  gantryLogEnd: opt(long)
})
