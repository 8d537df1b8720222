import type { Log } from '../base/log'
import { RequestCode } from '../protocol/codes/requestCode'
import { NotifyConsumerIdsChangedRequestHeader } from '../protocol/headers/consume'
import { CheckTransactionStateRequestHeader } from '../protocol/headers/transaction'
import type { BrokerConfig } from './brokerConfig'
import type { ClientConnection } from './clientChannelInfo'
import type { ConsumerIdsChange } from './consumerManager'

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
