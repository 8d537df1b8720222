/** A slave's end: finds its master, makes the logs one, takes what comes and says how far it is. Java: DefaultHAClient. */
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import type { StoreReplica } from '../../store/replica'
import { planFollow } from './commonPoint'
import type { EpochFileCache } from './epochFileCache'
import { FlowMeter } from './flowMeter'
import type { HaConfig } from './haConfig'
import type { Lines } from '../../base/faultyLines'
import { HaLink, type LinkEnd } from './haLink'
import type { MasterEpochs } from './masterEpochs'
import type { HaClientInfo, HaMaster, HaReport } from './haService'

interface Deps {
  clock: Pick<RealTime, 'monotonic' | 'wall' | 'after' | 'every'>
  log: Log
  config: HaConfig & { readonly flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH' }
  replica: StoreReplica
  epochs: EpochFileCache
  /** Asks a master for its epochs and tells it whose HA connection comes from `localAddr`. Rejects when it does not answer. */
  askEpochs: (master: HaMaster, localAddr: string) => Promise<MasterEpochs>
  lines: Lines
  onReport: (report: HaReport) => void
}

/** Between two tries to reach a master. RocketMQ's slave waits 5 s; here both are most often on one machine. */
export const RECONNECT_MS = 1000

export class HaClient {
  readonly followingChanged = new Emitter<void>()
  private readonly flow: FlowMeter
  private master: HaMaster | undefined
  private link: HaLink | undefined
  private isFollowing = false
  private retry: Disposable | undefined
  private isStopped = false
  /** The session under way; there is one at a time. */
  private running: Promise<void> | undefined
  /** An outage is told of once. */
  private isDown = false
  private lastReadTimestamp = 0
  private lastWriteTimestamp = 0
  /** Where what came was no record, the last time. */
  private badAt = -1
  private toldForeign: string | undefined

  constructor(private readonly deps: Deps) {
    this.flow = new FlowMeter(deps.clock)
  }

  get info(): HaClientInfo {
    return {
      masterAddr: this.master?.haServerAddr,
      isFollowing: this.isFollowing,
      lastReadTimestamp: this.lastReadTimestamp,
      lastWriteTimestamp: this.lastWriteTimestamp,
      maxOffset: this.deps.replica.end,
      transferredByteInSecond: this.flow.transferredByteInSecond
    }
  }

  setMaster(master: HaMaster | undefined): void {
    const { master: before } = this
    if (before?.haServerAddr === master?.haServerAddr && before?.masterAddr === master?.masterAddr)
      return
    this.deps.log.info(`the master is ${master === undefined ? 'not known' : master.masterAddr}`)
    this.master = master
    this.isDown = false
    this.link?.close('another master')
    this.again(0)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.retry?.dispose()
    this.link?.close('the broker stops')
    await this.running
  }

  private again(delayMs: number): void {
    this.retry?.dispose()
    if (this.isStopped || this.master === undefined) return
    this.retry = this.deps.clock.after(delayMs, () => {
      this.running ??= this.session().finally(() => {
        this.running = undefined
      })
    })
  }

  /** From connecting to the end of the link. Never rejects. */
  private async session(): Promise<void> {
    const { master } = this
    if (master === undefined || this.isStopped) return
    let end: LinkEnd
    const link = this.newLink(master)
    this.link = link
    try {
      await link.connect()
      const begin = await this.makeOne(master, link)
      end = begin === undefined ? { why: 'its log is another one' } : await this.follow(link, begin)
    } catch (error) {
      end = { why: error instanceof Error ? error.message : String(error) }
    }
    link.close(end.why)
    this.link = undefined
    this.setFollowing(false)
    // Everything that waits for its rest is asked for again.
    this.deps.replica.restart(this.deps.replica.end)
    if (!this.isStopped && !this.isDown)
      this.deps.log.warn(`not following the master ${master.haServerAddr}: ${end.why}; trying again`) // prettier-ignore
    this.isDown = true
    this.again(this.master === master ? this.pauseAfter(end) : 0)
  }

  /** A bad record is asked for again at once; when it comes again it is the master's own. */
  private pauseAfter({ badAt }: LinkEnd): number {
    const { replica, log } = this.deps
    if (badAt === undefined) return RECONNECT_MS
    if (this.badAt === badAt) {
      log.error(`what the master has at ${badAt} is no record: it is taken as it is, and what is sound behind it`) // prettier-ignore
      replica.acceptDamageAt(badAt)
    }
    this.badAt = badAt
    return 0
  }

  private newLink(master: HaMaster): HaLink {
    const { clock, config, lines, log, replica } = this.deps
    return new HaLink({
      ...{ clock, config, lines, log, replica, address: master.haServerAddr },
      onRead: (bytes) => {
        this.lastReadTimestamp = clock.wall()
        this.flow.add(bytes)
      },
      onWrite: () => {
        this.lastWriteTimestamp = clock.wall()
      }
    })
  }

  /** Cuts what is not the master's. Gives where the log begins if it is empty; undefined when nothing is in common. */
  private async makeOne(master: HaMaster, link: HaLink): Promise<number | undefined> {
    const { replica, epochs, askEpochs, onReport } = this.deps
    const theirs = await askEpochs(master, link.localAddr)
    const { minOffset, end } = replica
    const own = { entries: epochs.known(end), minOffset, maxOffset: end }
    const plan = planFollow(own, theirs)
    if (plan.kind === 'foreign') {
      this.tellForeign(master)
      return undefined
    }
    const wanted = plan.kind === 'anew' ? minOffset : plan.from
    // Before the epochs are the master's: after a crash in between the old ones still tell what this log is.
    const cut = await replica.truncateTo(wanted)
    if (cut < end) onReport({ kind: 'slave-truncated', physicalOffset: cut, bytes: end - cut, masterAddr: master.masterAddr }) // prettier-ignore
    epochs.adopt(theirs.entries)
    return plan.kind === 'anew' ? plan.from : replica.end
  }

  private tellForeign({ masterAddr }: HaMaster): void {
    if (this.toldForeign === masterAddr) return
    this.toldForeign = masterAddr
    this.deps.log.error(`the log of this slave and that of ${masterAddr} have nothing in common: to let it begin anew, stop this broker and remove its store folder`) // prettier-ignore
    this.deps.onReport({ kind: 'slave-foreign', masterAddr })
  }

  private follow(link: HaLink, begin: number): Promise<LinkEnd> {
    this.deps.replica.restart(begin)
    if (this.isDown) this.deps.log.info('following the master')
    this.isDown = false
    this.setFollowing(true)
    return link.follow()
  }

  private setFollowing(isFollowing: boolean): void {
    if (this.isFollowing === isFollowing) return
    this.isFollowing = isFollowing
    this.followingChanged.emit()
  }
}
