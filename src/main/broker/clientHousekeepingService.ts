import type { RealTime } from '../base/clock'
import type { Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { BrokerConfig } from './brokerConfig'
import type { ClientConnection } from './clientChannelInfo'
import type { ConsumerManager } from './consumerManager'
import type { ProducerManager } from './producerManager'
import type { PullRequestHoldService } from './pullRequestHoldService'
import type { RebalanceLockManager } from './rebalanceLockManager'

const SCAN_PERIOD_MS = 10_000

interface Deps {
  clock: RealTime
  log: Log
  config: Pick<BrokerConfig, 'channelExpiredTimeout'>
  consumers: Pick<ConsumerManager, 'closeConnection' | 'removeExpired'>
  producers: Pick<ProducerManager, 'closeConnection' | 'removeExpired'>
  heldPulls: Pick<PullRequestHoldService, 'closeConnection'>
  locks: Pick<RebalanceLockManager, 'removeExpired'>
}

/** Forgets clients that closed their connection or fell silent. Java: ClientHousekeepingService. */
export class ClientHousekeepingService {
  constructor(private readonly deps: Deps) {}

  start(): Disposable {
    return this.deps.clock.every(SCAN_PERIOD_MS, () => this.scan())
  }

  onConnectionClosed(connection: ClientConnection): void {
    this.deps.heldPulls.closeConnection(connection)
    this.deps.consumers.closeConnection(connection)
    this.deps.producers.closeConnection(connection)
  }

  private scan(): void {
    const { config, consumers, producers, locks } = this.deps
    const timeoutMs = config.channelExpiredTimeout
    for (const { connection, clientId } of [
      ...consumers.removeExpired(timeoutMs),
      ...producers.removeExpired(timeoutMs)
    ])
      if (connection.isOpen)
        connection.destroy(`its client ${clientId} sent no heartbeat for ${timeoutMs} ms`)
    locks.removeExpired()
  }
}
