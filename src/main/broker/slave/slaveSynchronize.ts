import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import { oneAtATime } from '../../base/oneAtATime'
import type { BrokerMeta } from '../../meta/brokerMeta'
import { consumerOffsetKey } from '../../meta/brokerMeta'
import type { RemotingRequest } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import type { RemotingConnection } from '../../remoting/connection'
import type { BrokerConfig } from '../brokerConfig'
import type { SubscriptionGroupManager } from '../subscriptionGroupManager'
import type { TopicConfigManager } from '../topicConfigManager'
import type { TopicRemoval } from '../topicRemoval'
import type { TopicTable } from '../topicTable'
import { followUsers } from './followUsers'
import { MasterApi } from './masterApi'
import type { SlaveProgress } from './slaveProgress'

interface Deps {
  clock: RealTime
  log: Log
  client: Pick<RemotingClient, 'connectionTo'>
  config: Pick<BrokerConfig, 'gantrySlaveSyncInterval'>
  topics: Pick<TopicConfigManager, 'follow' | 'all' | 'dataVersion'>
  table: Pick<TopicTable, 'idOf'>
  groups: Pick<SubscriptionGroupManager, 'follow' | 'dataVersion'>
  removal: Pick<TopicRemoval, 'follow'>
  meta: Pick<BrokerMeta, 'messageRequestModes' | 'users' | 'acls'>
  sign: (request: RemotingRequest) => RemotingRequest
  progress: Pick<SlaveProgress, 'follow' | 'forget'>
  /** There is no master, or it does not answer: perhaps another is registered meanwhile. */
  seekMaster: () => void
}

/** Keeps a slave's topics, groups, offsets and progress like its master's. Java: SlaveSynchronize. */
export class SlaveSynchronize {
  private masterAddr: string | undefined
  private connection: RemotingConnection | undefined
  private isLost = false
  private isStopped = false

  constructor(private readonly deps: Deps) {}

  start(): Disposable {
    const { clock, config } = this.deps
    const timer = clock.every(config.gantrySlaveSyncInterval, () => void this.syncAll())
    return {
      dispose: () => {
        timer.dispose()
        this.isStopped = true
      }
    }
  }

  /** `ip:port` of the master's broker port. */
  setMasterAddr(masterAddr: string | undefined): void {
    if (this.masterAddr === masterAddr) return
    this.deps.log.info(`master address is ${masterAddr ?? 'not known'}, was ${this.masterAddr ?? 'not known'}`) // prettier-ignore
    this.masterAddr = masterAddr
    if (masterAddr !== undefined) void this.syncAll()
  }

  /** One round now; never rejects. */
  readonly syncAll = oneAtATime(async () => {
    const { masterAddr, deps } = this
    if (this.isStopped) return
    if (masterAddr === undefined) return deps.seekMaster()
    try {
      await this.syncWith(masterAddr)
      if (this.isLost) deps.log.info(`the master ${masterAddr} answers again`)
      this.isLost = false
    } catch (error) {
      if (this.isStopped) return
      const reason = error instanceof Error ? error.message : String(error)
      if (!this.isLost) deps.log.warn(`topics, groups and progress cannot be synchronized with the master ${masterAddr}: ${reason}`) // prettier-ignore
      this.isLost = true
      deps.seekMaster()
    }
  })

  private async syncWith(masterAddr: string): Promise<void> {
    const { client, topics, table, groups, progress } = this.deps
    const connection = await client.connectionTo(masterAddr)
    if (this.connection !== connection) progress.forget()
    this.connection = connection
    const master = new MasterApi(connection, this.deps.sign)
    // Those it has now: one that the log brings while the answer is on its way is not among them.
    const before = [...topics.all()].map(
      ({ topicName }) => [topicName, table.idOf(topicName)] as const
    )
    const wrapper = await master.topics(topics.dataVersion)
    if (wrapper) {
      const { topicConfigTable } = wrapper
      for (const [topic, id] of before)
        if (!topicConfigTable.has(topic) && table.idOf(topic) === id)
          await this.deps.removal.follow(topic)
      await topics.follow(wrapper)
    }
    const told = await master.groups(groups.dataVersion)
    if (told) await groups.follow(told.configs, told.dataVersion)
    await this.syncModes(master)
    await followUsers(master, this.deps.meta)
    if (!this.isStopped) await progress.follow(master)
  }

  /** Java: syncMessageRequestMode. */
  private async syncModes(master: MasterApi): Promise<void> {
    const { messageRequestModes } = this.deps.meta
    const modes = await master.messageRequestModes()
    const wanted = new Map(modes.map((m) => [consumerOffsetKey(m.topic, m.consumerGroup), m]))
    const kept = new Map(messageRequestModes.all())
    const gone = [...kept.keys()].filter((key) => !wanted.has(key))
    if (gone.length > 0) await messageRequestModes.removeAll(gone)
    const isNews = ([key, { mode, popShareQueueNum }]: [string, (typeof modes)[number]]) =>
      kept.get(key)?.mode !== mode || kept.get(key)?.popShareQueueNum !== popShareQueueNum
    const changed = [...wanted].filter(isNews)
    if (changed.length > 0) await messageRequestModes.putAll(changed)
  }
}
