import type { Log } from '../base/log'
import { RequestCode } from '../protocol/codes/requestCode'
import { versionDesc, V3_0_7_SNAPSHOT } from '../protocol/codes/mqVersion'
import { ResponseCode } from '../protocol/codes/responseCode'
import { readMessageQueueTable, type QueueOffset } from '../protocol/bodies/admin'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { jsonBody, ObjectKeyMap, readJsonBody } from '../protocol/bodies/rocketmqJson'
import { GetConsumerStatusRequestHeader, ResetOffsetRequestHeader } from '../protocol/headers/admin'
import { NotifyConsumerIdsChangedRequestHeader } from '../protocol/headers/consume'
import { CheckTransactionStateRequestHeader } from '../protocol/headers/transaction'
import { RemotingError } from '../protocol/remotingCommand'
import type { BrokerConfig } from './brokerConfig'
import type { ClientChannelInfo, ClientConnection } from './clientChannelInfo'
import type { ConsumerIdsChange } from './consumerManager'

/** How long a client may take to say how far it is. Java: Broker2Client.getConsumeStatus. */
const CONSUMER_STATUS_TIMEOUT_MS = 5000

/** As RocketMQ writes a table of offsets. */
export const queueOffsetMap = (table: readonly QueueOffset[]): ObjectKeyMap<MessageQueue, number> =>
  new ObjectKeyMap(table.map(({ queue, offset }) => [queue, offset]))

/** @throws RemotingError where a member is so old that it neither takes resets nor tells its offsets. */
export const mustTakeResets = (channels: readonly ClientChannelInfo[]): void => {
  const old = channels.find(({ version }) => version < V3_0_7_SNAPSHOT)
  if (old)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `the client does not support this feature. version=${versionDesc(old.version)}, clientId=${old.clientId}`
    )
}

interface Deps {
  log: Log
  config: Pick<BrokerConfig, 'notifyConsumerIdsChangedEnable'>
}

/** What this broker tells clients unasked. Java: Broker2Client. */
export class Broker2Client {
  constructor(private readonly deps: Deps) {}

  /** NOTIFY_CONSUMER_IDS_CHANGED (40): the members rebalance at once instead of within 20 s. */
  notifyConsumerIdsChanged({ group, channels }: ConsumerIdsChange): void {
    if (!this.deps.config.notifyConsumerIdsChangedEnable) return
    this.deps.log.debug(`the members of ${group} changed; ${channels.length} are told`)
    const extFields = NotifyConsumerIdsChangedRequestHeader.encode({ consumerGroup: group })
    for (const { connection } of channels)
      connection.oneway({ code: RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, extFields })
  }

  /** RESET_CONSUMER_CLIENT_OFFSET (220): the members set these offsets and begin anew; C++ clients read a list. */
  resetOffset(
    channels: readonly Pick<ClientChannelInfo, 'connection'>[],
    header: Pick<ResetOffsetRequestHeader, 'topic' | 'group' | 'timestamp'>,
    table: readonly QueueOffset[],
    isC: boolean
  ): void {
    // As Java's broker sends them; clients look at topic and group only.
    const extFields = ResetOffsetRequestHeader.encode({ ...header, isForce: false, queueId: -1 })
    const offsetTable = isC
      ? table.map(({ queue, offset }) => ({ ...queue, offset }))
      : queueOffsetMap(table)
    const body = jsonBody({ offsetTable })
    for (const { connection } of channels)
      connection.oneway({ code: RequestCode.RESET_CONSUMER_CLIENT_OFFSET, extFields, body })
  }

  /**
   * GET_CONSUMER_STATUS_FROM_CLIENT (221): how far one member is, by its own word; undefined where it says nothing
   * within 5 s.
   */
  async getConsumeStatus(
    { connection, clientId }: Pick<ClientChannelInfo, 'connection' | 'clientId'>,
    topic: string,
    group: string
  ): Promise<QueueOffset[] | undefined> {
    const code = RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT
    const extFields = GetConsumerStatusRequestHeader.encode({ topic, group })
    try {
      const answer = await connection.request({ code, extFields }, CONSUMER_STATUS_TIMEOUT_MS)
      if (answer.code !== ResponseCode.SUCCESS || !answer.body) return undefined
      return readMessageQueueTable(readJsonBody(answer.body, 'GET_CONSUMER_STATUS_FROM_CLIENT'))
    } catch (error) {
      this.deps.log.warn(`${clientId} of ${group} did not say how far it is: ${String(error)}`)
      return undefined
    }
  }

  /** CHECK_TRANSACTION_STATE (39): asks a producer how its transaction ended; `body` is the half message. */
  checkProducerTransactionState(
    connection: Pick<ClientConnection, 'oneway'>,
    header: CheckTransactionStateRequestHeader,
    body: Buffer
  ): void {
    const extFields = CheckTransactionStateRequestHeader.encode(header)
    connection.oneway({ code: RequestCode.CHECK_TRANSACTION_STATE, extFields, body })
  }
}
