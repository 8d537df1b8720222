import type { Clock } from '../base/clock'
import type { Log } from '../base/log'
import { encodeOffsetMovedEvent } from '../protocol/bodies/offsetMovedEvent'
import { formatProperties, MessageConst } from '../protocol/message/properties'
import { tagsCodeOf } from '../protocol/message/tagsCode'
import { RMQ_SYS_OFFSET_MOVED_EVENT } from '../protocol/topicNames'
import type { MessageStore } from '../store/messageStore'
import type { BrokerIdentity } from './brokerIdentity'

/** The same correction is told once in this time: a consumer that never follows it must not fill the log. */
export const REPEAT_MS = 60_000
/** Corrections remembered; beyond it the oldest may be told again sooner. */
const MAX_KNOWN = 10_000

interface Deps {
  clock: Pick<Clock, 'now' | 'monotonic'>
  log: Log
  identity: Pick<BrokerIdentity, 'name' | 'storeHost'>
  store: Pick<MessageStore, 'putMessage'>
}

export interface OffsetMoved {
  group: string
  topic: string
  queueId: number
  offsetRequest: number
  offsetNew: number
}

/**
 * Puts a message to OFFSET_MOVED_EVENT for each pull whose offset was corrected; mqadmin startMonitoring listens.
 * Java: PullMessageProcessor.generateOffsetMovedEvent (4.9; 5.x only logs it).
 */
export class OffsetMovedEvents {
  private readonly toldAt = new Map<string, number>()

  constructor(private readonly deps: Deps) {}

  generate(moved: OffsetMoved): void {
    const { log, store } = this.deps
    if (this.isRepeated(moved)) return
    const { group, topic, queueId, offsetRequest, offsetNew } = moved
    log.warn(
      `PULL_OFFSET_MOVED: correction offset. topic=${topic}, queueId=${queueId}, groupId=${group}, requestOffset=${offsetRequest}, newOffset=${offsetNew}`
    )
    // Whether it can be stored is no matter of the pull.
    void store.putMessage(this.message(moved)).then((result) => {
      if (result.status !== 'PUT_OK')
        log.warn(`the event of it was not stored: ${'reason' in result ? result.reason : result.status}`) // prettier-ignore
    })
  }

  private isRepeated({ group, topic, queueId, offsetRequest, offsetNew }: OffsetMoved): boolean {
    const key = JSON.stringify([group, topic, queueId, offsetRequest, offsetNew])
    const now = this.deps.clock.monotonic()
    const told = this.toldAt.get(key)
    if (told !== undefined && now - told < REPEAT_MS) return true
    this.toldAt.delete(key)
    this.toldAt.set(key, now)
    for (const oldest of this.toldAt.keys()) {
      if (this.toldAt.size <= MAX_KNOWN) break
      this.toldAt.delete(oldest)
    }
    return false
  }

  private message({ group, topic, queueId, offsetRequest, offsetNew }: OffsetMoved) {
    const { clock, identity } = this.deps
    return {
      topic: RMQ_SYS_OFFSET_MOVED_EVENT,
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: clock.now(),
      bornHost: identity.storeHost,
      storeHost: identity.storeHost,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: encodeOffsetMovedEvent({
        consumerGroup: group,
        messageQueue: { topic, brokerName: identity.name, queueId },
        offsetRequest,
        offsetNew
      }),
      properties: formatProperties([
        [MessageConst.PROPERTY_KEYS, group],
        [MessageConst.PROPERTY_TAGS, group]
      ]),
      tagsCode: tagsCodeOf(group)
    }
  }
}
