/**
 * A broker whose role a controller decides. Another role is another start in the same process: the same folder, the same
 * ports, the same connections to nameservers and controller. Java: ReplicasManager.changeToMaster, changeToSlave.
 */
import { join } from 'node:path'
import type { Disposable } from '../../base/disposable'
import { Disposables } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import { oneAtATime } from '../../base/oneAtATime'
import { formatHost, hostAddress } from '../../protocol/message/host'
import { RemotingClient } from '../../remoting/client'
import { freePort } from '../../remoting/freePort'
import type { TailBatch } from '../../../shared/views'
import { LiveBrokerConfig, type BrokerConfig } from '../brokerConfig'
import { ControllerApi, type HeartbeatFigures } from '../controllerApi'
import type { BrokerOptions, RunningBroker } from '../runningBroker'
import { startBroker } from '../startBroker'
import { innerSigner } from '../auth/innerSigner'
import { BrokerMetadataFile } from './brokerMetadata'
import { ReplicasManager, type DecidedRole } from './replicasManager'
import { SyncStateSetKeeper } from './syncStateSetKeeper'

/** A broker that knows its id and hears nothing for so long starts as a slave without a master, so that it can be read. */
const CONTROLLER_WAIT_MS = 2000
/** A role that could not be begun is tried again after this. */
const ROLE_RETRY_MS = 500

export interface ControlledBrokerOptions extends BrokerOptions {
  /** It runs in another role from now on. */
  onRoleChanged?: ((broker: RunningBroker) => void) | undefined
}

type Role = DecidedRole | { readonly role: 'SLAVE'; readonly epoch: 0; readonly masterAddr: '' }

const WITHOUT_MASTER: Role = { role: 'SLAVE', epoch: 0, masterAddr: '' }

/** Resolves when it serves in a role; without an id of its own it waits for the controller. @throws as `startBroker`. */
export const startControlledBroker = async (
  options: ControlledBrokerOptions
): Promise<RunningBroker> => {
  const given = new LiveBrokerConfig(options.properties).config
  // Ports stay from one role to the next.
  const listenPort = given.listenPort || (await freePort(options.host))
  const haListenPort =
    given.haListenPort || (given.listenPort === 0 ? await freePort(options.host) : 0)
  const controlled = new ControlledBroker(options, given, { listenPort, haListenPort })
  try {
    await controlled.start()
  } catch (error) {
    await controlled.stop()
    throw error
  }
  return controlled.asRunning()
}

class ControlledBroker {
  private readonly client: RemotingClient
  private readonly api: ControllerApi
  private readonly replicas: ReplicasManager
  private readonly masterChanged = new Emitter<void>()
  private readonly tails = new Map<(batch: TailBatch) => void, Disposable>()
  private readonly running = new Disposables()
  private ofRole = new Disposables()
  private readonly address: string
  /** As the controller decided last. */
  private wanted: Role | undefined
  private role: Role | undefined
  private broker: RunningBroker | undefined
  private keeper: SyncStateSetKeeper | undefined
  private isChanging = false
  private isStopped = false

  constructor(
    private readonly options: ControlledBrokerOptions,
    private readonly config: BrokerConfig,
    private readonly ports: { readonly listenPort: number; readonly haListenPort: number }
  ) {
    const { clock, disk, log, folder, lines } = options
    const { real } = clock
    this.address = formatHost(hostAddress(config.brokerIP1, ports.listenPort))
    const beforeRequest = innerSigner(config, options.inner)
    this.client = new RemotingClient({ clock: real, log: log.child('outer'), lines, beforeRequest })
    this.api = new ControllerApi({
      ...{ client: this.client, clock: real },
      controllerAddr: () => config.controllerAddr,
      clusterName: config.brokerClusterName,
      brokerName: config.brokerName
    })
    this.replicas = new ReplicasManager({
      ...{ clock: real, log: log.child('controller'), api: this.api, config },
      metadata: new BrokerMetadataFile({ disk, folder, path: join(folder, 'brokerIdentity') }),
      address: this.address,
      figures: () => this.figures()
    })
    this.running.add(this.replicas.decided.on((role) => this.onDecided(role)))
    this.running.add(this.replicas.setChanged.on((set) => this.keeper?.take(set)))
  }

  async start(): Promise<void> {
    const { real } = this.options.clock
    const decided = new Promise<void>((resolve) => this.running.add(this.replicas.decided.on(() => resolve()))) // prettier-ignore
    this.running.add(this.replicas.start())
    const known = this.replicas.brokerId !== undefined
    const patience = new Promise<void>((resolve) => {
      if (known) this.running.add(real.after(CONTROLLER_WAIT_MS, resolve))
    })
    await Promise.race([decided, patience])
    this.wanted ??= WITHOUT_MASTER
    await this.begin(this.wanted)
    void this.settle()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.running.dispose()
    await this.settle()
    this.ofRole.dispose()
    await this.broker?.stop()
    this.client.close()
  }

  /** What runs now, whatever its role. */
  asRunning(): RunningBroker {
    const now = (): RunningBroker => {
      if (this.broker) return this.broker
      throw new Error('this broker does not run')
    }
    return {
      get address() {
        return now().address
      },
      get port() {
        return now().port
      },
      get cluster() {
        return now().cluster
      },
      get name() {
        return now().name
      },
      get brokerId() {
        return now().brokerId
      },
      get role() {
        return now().role
      },
      get bootTimestamp() {
        return now().bootTimestamp
      },
      get ha() {
        return now().ha
      },
      logEnd: () => now().logEnd(),
      lastActiveAt: () => now().lastActiveAt(),
      traffic: () => now().traffic(),
      storage: () => now().storage(),
      properties: () => now().properties(),
      openTail: (listener) => this.openTail(listener),
      snapshot: (target, watch) => now().snapshot(target, watch),
      stop: () => this.stop()
    }
  }

  private onDecided(role: DecidedRole): void {
    this.wanted = role
    this.masterChanged.emit()
    if (this.broker) void this.settle()
  }

  /** Begins the role that is wanted, until none newer is. Never rejects. */
  private readonly settle = oneAtATime(async () => {
    const { log, clock } = this.options
    const { wanted } = this
    if (this.isStopped || !wanted || (this.broker && this.role && isSame(wanted, this.role))) return
    try {
      await this.end()
      if (this.isStopped) return
      await this.begin(wanted)
      this.options.onRoleChanged?.(this.asRunning())
      if (this.wanted !== wanted) void this.settle()
    } catch (error) {
      log.error(`this broker could not begin to be ${wanted.role}; trying again`, error)
      this.running.add(clock.real.after(ROLE_RETRY_MS, () => void this.settle()))
    }
  })

  private async end(): Promise<void> {
    const { broker } = this
    this.ofRole.dispose()
    this.ofRole = new Disposables()
    this.keeper = undefined
    this.role = undefined
    this.isChanging = true
    try {
      await broker?.stop()
    } finally {
      this.isChanging = false
    }
  }

  private async begin(role: Role): Promise<void> {
    const { brokerId = 0 } = this.replicas
    const isMaster = role.role === 'MASTER'
    const broker = await startBroker({
      ...this.options,
      properties: {
        ...this.options.properties,
        brokerRole: isMaster ? 'SYNC_MASTER' : 'SLAVE',
        brokerId: String(isMaster ? 0 : brokerId),
        listenPort: String(this.ports.listenPort),
        haListenPort: String(this.ports.haListenPort)
      },
      controlled: {
        client: this.client,
        masterEpoch: isMaster ? role.epoch : undefined,
        mayFollow: (masterAddr) => this.wanted?.role === 'SLAVE' && this.wanted.masterAddr === masterAddr, // prettier-ignore
        masterChanged: this.masterChanged,
        isFenced: () => this.isFenced(),
        onRoleChange: (info) => this.replicas.hear(info),
        isChangingRole: () => this.isChanging
      },
      onServing: (serving) => {
        if (role.role === 'MASTER') this.keepSet(serving, role, brokerId)
      }
    })
    this.role = role
    this.broker = broker
    for (const [listener, open] of this.tails) {
      open.dispose()
      this.tails.set(listener, broker.openTail(listener))
    }
    const { log } = this.options
    log.info(`this broker is ${role.role} of epoch ${role.epoch}`)
    if (role !== WITHOUT_MASTER)
      this.options.onReport({ kind: 'role', role: role.role, epoch: role.epoch })
  }

  /** Before the first message is acknowledged. */
  private keepSet(
    { ha, logEnd }: Pick<RunningBroker, 'ha' | 'logEnd'>,
    { epoch, set }: DecidedRole & { role: 'MASTER' },
    brokerId: number
  ): void {
    const { clock, log } = this.options
    const { config, api } = this
    this.keeper = new SyncStateSetKeeper({
      ...{ clock: clock.real, log, config, api, ha, logEnd, brokerId, epoch, set }
    })
    this.ofRole.add(this.keeper.start())
  }

  private isFenced(): boolean {
    const isUnheard = this.replicas.silentForMs > this.config.controllerHeartBeatTimeoutMills
    return isUnheard && this.keeper?.isShort === true
  }

  private figures(): HeartbeatFigures {
    const { controllerHeartBeatTimeoutMills, brokerElectionPriority } = this.config
    const maxOffset = this.broker?.logEnd() ?? 0
    return {
      epoch: this.broker?.ha.epochs.at(-1)?.epoch ?? -1,
      maxOffset,
      confirmOffset: maxOffset,
      heartbeatTimeoutMills: controllerHeartBeatTimeoutMills,
      electionPriority: brokerElectionPriority
    }
  }

  private openTail(listener: (batch: TailBatch) => void): Disposable {
    if (this.broker) this.tails.set(listener, this.broker.openTail(listener))
    return {
      dispose: () => {
        this.tails.get(listener)?.dispose()
        this.tails.delete(listener)
      }
    }
  }
}

/** A slave goes on as it is when only its master is another one. */
const isSame = (one: Role, other: Role): boolean =>
  one.role === other.role && (one.role === 'SLAVE' || one.epoch === other.epoch)
