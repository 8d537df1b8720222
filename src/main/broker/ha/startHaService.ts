/** Replication of a broker, as master or as slave. A list: what each part needs is named by its own Deps. */
import { join } from 'node:path'
import type { RealTime } from '../../base/clock'
import type { Disk } from '../../base/disk'
import { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import type { Random } from '../../base/random'
import type { RemotingClient } from '../../remoting/client'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerConfig } from '../brokerConfig'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerReport } from '../brokerReport'
import { EpochFileCache } from './epochFileCache'
import { GroupTransferService } from './groupTransferService'
import { HaClient } from './haClient'
import { plainLines, type Lines } from '../../base/faultyLines'
import type { HaPort } from './haPort'
import type { HaServer } from './haServer'
import type { HaClientInfo, HaService } from './haService'
import { masterEpochs } from './masterEpochs'

interface Options {
  clock: RealTime
  disk: Disk
  random: Pick<Random, 'bytes'>
  log: Log
  config: BrokerConfig
  identity: BrokerIdentity
  store: MessageStore
  /** The broker's own, absolute. */
  folder: string
  client: Pick<RemotingClient, 'invoke'>
  haPort: HaPort
  /** The number a controller gave this master's epoch; absent: the next one. */
  masterEpoch?: number | undefined
  lines?: Lines | undefined
  onReport: (report: BrokerReport) => void
}

/** So that two masters that begin an epoch of one number are told apart. */
const EPOCH_ID_BYTES = 8

const FOLLOWS_NOBODY: HaClientInfo = {
  masterAddr: undefined,
  isFollowing: false,
  lastReadTimestamp: 0,
  lastWriteTimestamp: 0,
  maxOffset: 0,
  transferredByteInSecond: 0
}

/** @throws the disk's error when the epochs cannot be read or kept. */
export const startHaService = (options: Options): HaService => {
  const { disk, log, folder, haPort } = options
  const epochs = new EpochFileCache({ disk, log, path: join(folder, 'store', 'epochs') })
  const { server } = haPort
  return server === undefined ? startSlave(options, epochs) : startMaster(options, epochs, server)
}

const startMaster = (options: Options, epochs: EpochFileCache, server: HaServer): HaService => {
  const { clock, config, store, random, log, identity, masterEpoch } = options
  const { replica } = store
  epochs.begin(replica.foundEnd, random.bytes(EPOCH_ID_BYTES).toString('hex'), masterEpoch)
  const transfers = new GroupTransferService({ clock, config, slaves: server, replica })
  server.reported.on(() => transfers.notify())
  if (identity.role === 'SYNC_MASTER') replica.useGate(transfers)
  server.serve({ clock, config, replica })
  return {
    haServerAddr: options.identity.haServerAddr,
    haPort: options.haPort.port,
    slavesChanged: server.changed,
    followingChanged: new Emitter<void>(),
    get epochs() {
      return epochs.known(replica.end)
    },
    get runtimeInfo() {
      return {
        master: true,
        masterCommitLogMaxOffset: replica.end,
        inSyncSlaveNums: server.inSyncSlaveNums,
        haConnectionInfo: [...server.slaves].map(({ info }) => info),
        haClientRuntimeInfo: FOLLOWS_NOBODY
      }
    },
    setMaster: () => undefined,
    useSyncStateSet: (brokerIds) => {
      server.syncStateSet = brokerIds
      transfers.notify()
    },
    introduce: (slaveAddr, brokerId) => server.introduce(slaveAddr, brokerId),
    stop: async () => {
      transfers.stop()
      await server.close()
      await keepClosed(epochs, store, log)
    }
  }
}

/** Everything is flushed: the next start as master goes on in the same epoch. */
const keepClosed = async (epochs: EpochFileCache, store: MessageStore, log: Log): Promise<void> => {
  const end = store.endOfLog()
  if (store.stats.notWriteable !== undefined || (await store.replica.flush()) !== 'flushed') return
  try {
    epochs.close(end)
  } catch (error) {
    log.warn('the end of the epoch could not be kept; the next start begins another', error)
  }
}

const startSlave = (options: Options, epochs: EpochFileCache): HaService => {
  const { clock, log, config, store, client, identity, lines = plainLines } = options
  const { replica } = store
  const haClient = new HaClient({
    ...{ clock, log, config, replica, epochs, lines },
    onReport: (report) => options.onReport({ kind: 'ha', report }),
    askEpochs: masterEpochs({ client, brokerId: identity.brokerId })
  })
  return {
    haServerAddr: options.identity.haServerAddr,
    haPort: options.haPort.port,
    slavesChanged: new Emitter<void>(),
    followingChanged: haClient.followingChanged,
    get epochs() {
      return epochs.known(replica.end)
    },
    get runtimeInfo() {
      return {
        master: false,
        masterCommitLogMaxOffset: 0,
        inSyncSlaveNums: 0,
        haConnectionInfo: [],
        haClientRuntimeInfo: haClient.info
      }
    },
    setMaster: (master) => haClient.setMaster(master),
    useSyncStateSet: () => undefined,
    introduce: () => undefined,
    stop: () => haClient.stop()
  }
}
