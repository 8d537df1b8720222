import type { BrokerMeta } from '../../../meta/brokerMeta'
import { MetaFullError } from '../../../meta/errors'
import type { SetMessageRequestMode } from '../../../protocol/bodies/pop'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { RemotingError } from '../../../protocol/remotingCommand'
import { isRetryTopic } from '../../../protocol/topicNames'
import type { BrokerConfig } from '../../brokerConfig'

interface Deps {
  config: Pick<BrokerConfig, 'defaultMessageRequestMode' | 'defaultPopShareQueueNum'>
  meta: Pick<BrokerMeta, 'messageRequestModes'>
}

/** Neither a topic nor a group has an `@`. */
const keyOf = (topic: string, group: string): string => `${topic}@${group}`

/** Whether a group pulls or pops a topic. Java: MessageRequestModeManager. */
export class MessageRequestModeManager {
  constructor(private readonly deps: Deps) {}

  get(topic: string, consumerGroup: string): SetMessageRequestMode {
    const { config, meta } = this.deps
    const kept = meta.messageRequestModes.get(keyOf(topic, consumerGroup))
    if (kept) return kept
    const mode = isRetryTopic(topic) ? 'PULL' : config.defaultMessageRequestMode
    const popShareQueueNum = mode === 'POP' ? config.defaultPopShareQueueNum : 0
    return { topic, consumerGroup, mode, popShareQueueNum }
  }

  all(): SetMessageRequestMode[] {
    return this.deps.meta.messageRequestModes.all().map(([, mode]) => mode)
  }

  /** Resolves when it is on disk. @throws RemotingError SYSTEM_ERROR when the table is full. */
  async set(mode: SetMessageRequestMode): Promise<void> {
    try {
      await this.deps.meta.messageRequestModes.put(keyOf(mode.topic, mode.consumerGroup), mode)
    } catch (error) {
      if (!(error instanceof MetaFullError)) throw error
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `the mode of ${mode.consumerGroup} for ${mode.topic} was not kept: this broker keeps ${error.limit} modes at most`
      )
    }
  }
}
