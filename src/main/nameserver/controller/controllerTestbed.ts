/** A controller on a disk in memory and a clock in the hand, and what it told brokers. */
import { ManualClock } from '../../base/clock'
import { silentLog } from '../../base/log'
import { LiveProperties } from '../../base/properties/liveProperties'
import { PropertyTable } from '../../base/properties/propertyTable'
import type { BrokerSetDoc } from '../../meta/controllerMeta'
import { readSyncStateSet } from '../../protocol/bodies/controller'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { NotifyBrokerRoleChangedRequestHeader } from '../../protocol/headers/controller'
import type { BrokerHeartbeat } from './brokerHeartbeatManager'
import { Controller } from './controller'
import { controllerSpec, type ControllerConfig } from './controllerConfig'

export const CLUSTER = 'DefaultCluster'
export const BROKER_NAME = 'broker-a'
const nothing = { stock: [], decided: [], blackList: [], owner: 'controller' }
const table = new PropertyTable({ spec: controllerSpec, ...nothing })

const set = { clusterName: CLUSTER, brokerName: BROKER_NAME }

/** What a disk has survives `restart`; a failing write may have reached it all the same. */
export class MemoryStored {
  readonly documents = new Map<string, BrokerSetDoc>()
  /** Of the next write. */
  failure: 'none' | 'not written' | 'written' = 'none'
  /** Every state that was ever on disk, in order; undefined: removed. */
  readonly history: (BrokerSetDoc | undefined)[] = []

  all(): (readonly [string, BrokerSetDoc])[] {
    return [...this.documents]
  }

  get(key: string): BrokerSetDoc | undefined {
    return this.documents.get(key)
  }

  /** The disk as one process has it; what that still writes after `isDead` reaches nothing. */
  openedBy(process: { isDead: boolean }) {
    return {
      all: () => this.all(),
      get: (key: string) => this.get(key),
      put: (key: string, value: BrokerSetDoc) =>
        this.write(process, () => this.documents.set(key, value), value),
      remove: (key: string) => this.write(process, () => this.documents.delete(key), undefined)
    }
  }

  private async write(
    process: { isDead: boolean },
    apply: () => void,
    value: BrokerSetDoc | undefined
  ): Promise<void> {
    const { failure } = this
    this.failure = 'none'
    await Promise.resolve()
    if (process.isDead) throw new Error('killed')
    if (failure !== 'not written') {
      apply()
      this.history.push(value)
    }
    if (failure !== 'none') throw new Error(`the disk failed, ${failure}`)
  }
}

export interface Told {
  address: string
  masterBrokerId: number | undefined
  masterAddress: string | undefined
  masterEpoch: number | undefined
  syncStateSet: number[]
  /** States that were on disk by then. */
  written: number
}

export const addressOfBroker = (brokerId: number): string => `127.0.0.1:${10_900 + brokerId}`

/** Brokers are known by their ids; each has a connection of its own. */
export const controllerWorld = (over: Partial<ControllerConfig> = {}) => {
  const clock = new ManualClock()
  const stored = new MemoryStored()
  const told: Told[] = []
  const channels = new Map<number, object>()
  const config = { ...new LiveProperties(table, {}).config, ...over }
  let process = { isDead: false }
  const start = (): Controller => {
    process = { isDead: false }
    return new Controller({
      clock,
      log: silentLog,
      config,
      stored: stored.openedBy(process),
      notify: (address, { extFields = {}, body = Buffer.alloc(0) }) => {
        const { masterAddress, masterBrokerId, masterEpoch } =
          NotifyBrokerRoleChangedRequestHeader.decode(extFields)
        const { syncStateSet } = readSyncStateSet(readJsonBody(body, 'role change'))
        const written = stored.history.length
        told.push({ address, masterAddress, masterBrokerId, masterEpoch, syncStateSet, written })
      }
    })
  }
  const world = {
    clock,
    stored,
    told,
    config,
    controller: start(),
    /** As after kill -9: only what is on disk is known. */
    restart: () => {
      channels.clear()
      process.isDead = true
      world.controller = start()
    },
    state: () => world.controller.getSyncStateData([BROKER_NAME]).get(BROKER_NAME),
    apply: (brokerId: number, registerCheckCode = `${addressOfBroker(brokerId)};1`) =>
      world.controller.applyBrokerId({ ...set, appliedBrokerId: brokerId, registerCheckCode }),
    register: (brokerId: number, brokerAddress = addressOfBroker(brokerId)) =>
      world.controller.registerBroker({ ...set, brokerId, brokerAddress }),
    beat: (brokerId: number, more: Partial<BrokerHeartbeat> = {}) => {
      const channel = channels.get(brokerId) ?? {}
      channels.set(brokerId, channel)
      world.controller.onBrokerHeartbeat({ ...set, brokerId, ...more }, channel)
      return world.controller.settled()
    },
    close: (brokerId: number) => {
      const channel = channels.get(brokerId)
      channels.delete(brokerId)
      if (channel) world.controller.onChannelClose(channel)
      return world.controller.settled()
    },
    elect: (brokerId = -1, designateElect = false) =>
      world.controller.electMaster({ ...set, brokerId, designateElect }),
    alter: (
      masterBrokerId: number,
      syncStateSet: number[],
      epochs: { masterEpoch?: number; syncStateSetEpoch?: number } = {}
    ) => {
      const { masterEpoch = 0, syncStateSetEpoch = 0 } = { ...world.state(), ...epochs }
      return world.controller.alterSyncStateSet(
        { brokerName: BROKER_NAME, masterBrokerId, masterEpoch },
        { syncStateSet, syncStateSetEpoch }
      )
    },
    clean: (brokerControllerIdsToClean?: string, isCleanLivingBroker = false) =>
      world.controller.cleanBrokerData({ ...set, brokerControllerIdsToClean, isCleanLivingBroker }),
    /** Time passes, with the looks that belong to it. */
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= config.gantryControllerScanInterval) {
        clock.advance(Math.min(left, config.gantryControllerScanInterval))
        world.controller.scanNotActiveBroker()
        world.controller.scanInactiveMaster()
        await world.controller.settled()
      }
    },
    /** Brokers with ids, there, the first of them master and all in sync. */
    set: async (...brokerIds: [number, ...number[]]) => {
      for (const brokerId of brokerIds) {
        await world.apply(brokerId)
        await world.beat(brokerId)
      }
      await world.elect(brokerIds[0])
      if (brokerIds.length > 1) await world.alter(brokerIds[0], brokerIds)
      told.length = 0
    }
  }
  return world
}
