/** A nameserver that is a controller, and brokers that do only what a test tells them. */
import { cpSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import {
  ControllerApi,
  readRoleChange,
  type HeartbeatFigures,
  type MasterInfo
} from '../../../src/main/broker/controllerApi'
import type { RunningNameserver } from '../../../src/main/nameserver/startNameserver'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { NotifyBrokerRoleChangedRequestHeader } from '../../../src/main/protocol/headers/controller'
import { RemotingClient } from '../../../src/main/remoting/client'
import { dispatcher, route } from '../../../src/main/remoting/route'
import { RemotingServer } from '../../../src/main/remoting/server'
import { nameserver, tempFolder } from './nameservers'

const CLUSTER = 'DefaultCluster'
export const BROKER_NAME = 'broker-a'

/** Not heard of for so long, a broker is gone; only tests of silence name less. */
const PATIENCE_MS = 600_000

export const controllerNameserver = async (
  properties: Record<string, string> = {}
): Promise<RunningNameserver & { folder: string }> => {
  const folder = tempFolder()
  const all = { enableControllerInNamesrv: 'true', ...properties }
  return { ...(await nameserver({ folder, properties: all })), folder }
}

/** Another one with what the first has on disk now: kill -9 leaves the same files. */
export const afterKill = async (folder: string): Promise<RunningNameserver> => {
  const copy = tempFolder()
  cpSync(folder, copy, { recursive: true })
  return nameserver({ folder: copy })
}

export class ScriptedBroker {
  /** Role changes that arrived, in order. */
  readonly heard: MasterInfo[] = []
  private waiting: (() => void)[] = []
  private client: RemotingClient
  private api: ControllerApi

  private constructor(
    readonly brokerId: number,
    private readonly server: RemotingServer,
    private controllerAddr: string
  ) {
    this.client = new RemotingClient({ clock: systemClock, log: silentLog })
    this.api = this.connect()
    onTestFinished(async () => {
      this.client.close()
      await this.server.close()
    })
  }

  /** Listens, has an id, has registered and beats once. */
  static async start(controllerAddr: string, brokerId: number): Promise<ScriptedBroker> {
    let heard: (change: MasterInfo) => void = () => undefined
    const notify = route(
      RequestCode.NOTIFY_BROKER_ROLE_CHANGED,
      NotifyBrokerRoleChangedRequestHeader,
      ({ header, body }) => {
        heard(readRoleChange(header, body))
        return undefined
      }
    )
    const server = new RemotingServer({
      clock: systemClock,
      log: silentLog,
      handler: dispatcher([notify]),
      host: '127.0.0.1',
      port: 0
    })
    await server.listen()
    const broker = new ScriptedBroker(brokerId, server, controllerAddr)
    heard = (change) => broker.hear(change)
    await broker.ask.applyBrokerId(brokerId, `${broker.address};1`)
    await broker.come()
    return broker
  }

  get address(): string {
    return `127.0.0.1:${this.server.port}`
  }

  get ask(): ControllerApi {
    return this.api
  }

  /** Registers and beats, as after a start. */
  async come(figures: HeartbeatFigures = {}): Promise<MasterInfo> {
    const info = await this.ask.registerBroker(this.brokerId, this.address)
    await this.beat(figures)
    return info
  }

  beat(figures: HeartbeatFigures = {}): Promise<void> {
    const patient = { heartbeatTimeoutMills: PATIENCE_MS, ...figures }
    return this.ask.heartbeat(this.brokerId, this.address, patient)
  }

  elect(): Promise<MasterInfo> {
    return this.ask.electMaster(this.brokerId)
  }

  /** Its connections close, as those of a killed process do. */
  die(): void {
    this.client.close()
    this.client = new RemotingClient({ clock: systemClock, log: silentLog })
    this.api = this.connect()
  }

  /** The controller is somewhere else now. */
  turnTo(controllerAddr: string): void {
    this.controllerAddr = controllerAddr
    this.die()
  }

  /** The first role change it hears, or has heard, that says so. */
  async hears(masterBrokerId: number, epoch: number): Promise<MasterInfo> {
    for (;;) {
      const found = this.heard.find(
        ({ master }) => master?.brokerId === masterBrokerId && master.epoch === epoch
      )
      if (found) return found
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  private hear(change: MasterInfo): void {
    this.heard.push(change)
    for (const resume of this.waiting.splice(0)) resume()
  }

  private connect(): ControllerApi {
    return new ControllerApi({
      client: this.client,
      clock: systemClock,
      controllerAddr: () => this.controllerAddr,
      clusterName: CLUSTER,
      brokerName: BROKER_NAME
    })
  }
}

/** Brokers 1 to `count`; the first is master, all are in sync. */
export const brokerSet = async (
  controllerAddr: string,
  count: number
): Promise<[ScriptedBroker, ...ScriptedBroker[]]> => {
  const first = await ScriptedBroker.start(controllerAddr, 1)
  const others: ScriptedBroker[] = []
  for (let id = 2; id <= count; id++) others.push(await ScriptedBroker.start(controllerAddr, id))
  const { syncStateSetEpoch } = await first.elect()
  const syncStateSet = [first, ...others].map(({ brokerId }) => brokerId)
  if (count > 1) await first.ask.alterSyncStateSet(1, 1, { syncStateSet, syncStateSetEpoch })
  return [first, ...others]
}
