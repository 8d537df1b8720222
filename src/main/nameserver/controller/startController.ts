/** A controller inside a nameserver: its state on disk, its looks on real time, and what it answers. */
import type { RealTime } from '../../base/clock'
import { Disposables, type Disposable } from '../../base/disposable'
import type { Lines } from '../../base/faultyLines'
import type { Log } from '../../base/log'
import { CONTROLLER_FILE, openControllerMeta } from '../../meta/controllerMeta'
import type { MetaFolderOptions } from '../../meta/metaFolder'
import type { OpenedAll } from '../../meta/openAll'
import { RemotingClient } from '../../remoting/client'
import type { RemotingConnection } from '../../remoting/connection'
import type { Route } from '../../remoting/route'
import {
  alterSyncStateSet,
  applyBrokerId,
  cleanBrokerData,
  electMaster,
  getControllerConfig,
  getControllerMetadata,
  getNextBrokerId,
  getReplicaInfo,
  getSyncStateData,
  registerBrokerToController,
  updateControllerConfig
} from '../processors/controller'
import type { RemotingRequest } from '../../protocol/remotingCommand'
import type { BrokerHeartbeat } from './brokerHeartbeatManager'
import { Controller } from './controller'
import type { NamesrvConfigManager } from '../namesrvConfig'
import { notifyOver } from './roleChange'

interface Options {
  meta: MetaFolderOptions
  clock: RealTime
  log: Log
  configManager: Pick<NamesrvConfigManager, 'config' | 'text' | 'update'>
  lines?: Lines | undefined
  /** How it signs what it tells brokers. */
  beforeRequest: (request: RemotingRequest) => RemotingRequest
  /** Where the far side of a connection found this nameserver. */
  addressFor: (connection: Pick<RemotingConnection, 'localAddress'>) => string
}

/** What a nameserver needs of its controller. */
export interface RunningController {
  /** All but BROKER_HEARTBEAT, which a nameserver has already. */
  readonly routes: Route[]
  onBrokerHeartbeat(heartbeat: BrokerHeartbeat, channel: object): void
  onChannelClose(channel: object): void
  /** As `OpenedAll.contents`. */
  contents(): ReturnType<OpenedAll['contents']>
  /** Before the connections are closed. */
  stop(): Promise<void>
}

export const startController = async (options: Options): Promise<RunningController> => {
  const { clock, log, configManager, lines, beforeRequest, addressFor } = options
  const { config } = configManager
  const stored = await openControllerMeta(options.meta)
  const client = new RemotingClient({ clock, log, lines, beforeRequest })
  const controller = new Controller({ clock, log, config, stored, notify: notifyOver(client, log) })
  const looks = new Disposables()
  /** The period is asked each time, so that a change acts at once. */
  const regularly = (periodMs: () => number, look: () => void): void => {
    const next = (): Disposable =>
      clock.after(periodMs(), () => {
        look()
        timer = next()
      })
    let timer = next()
    looks.add({ dispose: () => timer.dispose() })
  }
  regularly(
    () => config.gantryControllerScanInterval,
    () => controller.scanNotActiveBroker()
  )
  regularly(
    () => config.scanInactiveMasterInterval,
    () => controller.scanInactiveMaster()
  )
  log.info('this nameserver is the controller of its brokers')
  return {
    routes: [
      alterSyncStateSet({ controller }),
      electMaster({ controller }),
      registerBrokerToController({ controller }),
      getReplicaInfo({ controller }),
      getControllerMetadata({ addressFor }),
      getSyncStateData({ controller }),
      cleanBrokerData({ controller }),
      updateControllerConfig({ configManager }),
      getControllerConfig({ configManager }),
      getNextBrokerId({ controller }),
      applyBrokerId({ controller })
    ],
    onBrokerHeartbeat: (heartbeat, channel) => controller.onBrokerHeartbeat(heartbeat, channel),
    onChannelClose: (channel) => controller.onChannelClose(channel),
    contents: () => [[CONTROLLER_FILE, stored.content()]],
    stop: async () => {
      looks.dispose()
      await controller.stop()
      client.close()
      await stored.close()
    }
  }
}
