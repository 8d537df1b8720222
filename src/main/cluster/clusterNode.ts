import type { NodeState, Problem } from '../../shared/views'
import type { RealTime } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { Log } from '../base/log'
import { REAL_TIME, type ClockSetting } from '../base/virtualClock'
import type { FromNode, NodeFaults, NodeStart, NodeStarted, NodeStats, ToNode } from './control'
import type { NodeThread, SpawnNode } from './nodeThread'
import { ProblemError, problemError, problemOf } from './problem'

/** A node must say started or failed within this; a log of many gigabytes is recovered in it. */
export const START_TIMEOUT_MS = 300_000
/** A node that has not stopped after this is killed; what it acknowledged is on disk by then. */
export const STOP_TIMEOUT_MS = 10_000
/** A node that has not followed the clock after this is not waited for. */
export const CLOCK_TIMEOUT_MS = 60_000

interface Options {
  kind: NodeStart['kind']
  /** What the window calls it. */
  id: () => string
  spawn: SpawnNode
  clock: RealTime
  /** Shown by its clock from the start; undefined: the machine's time. */
  clockSetting?: () => ClockSetting | undefined
  log: Log
}

interface Waiting {
  resolve: () => void
  reject: (error: Error) => void
}

/** One nameserver or broker through its lives: stopped, starting, running, stopping, crashed. */
export class ClusterNode<S extends NodeStart = NodeStart> {
  /** State, problem or identity changed. */
  readonly changed = new Emitter<void>()
  /** It ended without being asked to. */
  readonly crashed = new Emitter<Problem>()
  /** What it says while it lives; `started` and `failed` are already taken in. */
  readonly messages = new Emitter<FromNode>()

  private current: NodeState = 'stopped'
  private lastProblem: Problem | undefined
  private lastStarted: NodeStarted | undefined
  private lastStats: NodeStats | undefined
  private thread: NodeThread | undefined
  private waiting: Waiting | undefined
  private faults: NodeFaults | undefined
  private skewMs = 0
  private frozen = false

  constructor(private readonly options: Options) {}

  get id(): string {
    return this.options.id()
  }

  get state(): NodeState {
    return this.current
  }

  /** Why it is not running, where it was not asked to stop. */
  get problem(): Problem | undefined {
    return this.lastProblem
  }

  /** Of its present or, while it does not run, of its last life. */
  get started(): NodeStarted | undefined {
    return this.lastStarted
  }

  /** Undefined while it does not run. */
  get stats(): NodeStats | undefined {
    return this.lastStats
  }

  /**
   * The thread begins loading at once, also where its options are still to come. Nothing happens where it runs
   * already. @throws ProblemError NODE_BUSY, or why it did not start.
   */
  async start(options: S | Promise<S>): Promise<void> {
    if (this.current === 'running') return
    this.refuseWhileBusy()
    this.lastProblem = undefined
    const thread = this.options.spawn(this.options.kind)
    this.thread = thread
    const ready = new Promise<void>((resolve, reject) => (this.waiting = { resolve, reject }))
    ready.catch(() => undefined) // awaited below, after the options
    const listening = thread.port.on((message) => this.receive(thread, message))
    void thread.exited.then((failure) => {
      listening.dispose()
      this.gone(thread, failure)
    })
    this.enter('starting')
    const limit = this.options.clock.after(START_TIMEOUT_MS, () =>
      this.settle(new ProblemError('TIMEOUT', { id: this.id }, `${this.id} did not start in time`))
    )
    try {
      const known = await options
      const setting = this.clockSetting
      if (setting !== REAL_TIME)
        thread.port.post({ kind: 'clock', setting: this.skewed(setting), id: ++this.clockId })
      if (this.faults) thread.port.post({ kind: 'faults', faults: this.faults })
      thread.port.post({ kind: 'start', options: known })
      await ready
      this.enter('running')
    } catch (error) {
      if (this.thread === thread) {
        this.thread = undefined
        await thread.kill()
        this.lastProblem = problemOf(error)
        this.enter('stopped')
      }
      throw error
    } finally {
      limit.dispose()
      this.waiting = undefined
    }
  }

  /** Nothing happens where it does not run. @throws ProblemError NODE_BUSY. */
  async stop(): Promise<void> {
    if (this.current === 'stopped' || this.current === 'crashed') return
    this.refuseWhileBusy()
    await this.shutDown()
  }

  /** Stops it from whatever state, within `STOP_TIMEOUT_MS`. */
  async shutDown(): Promise<void> {
    const thread = this.thread
    if (!thread) return
    this.thaw()
    this.enter('stopping')
    let isClean = false
    const stopped = new Promise<void>((resolve) => {
      this.onStopped = () => {
        isClean = true
        resolve()
      }
      void thread.exited.then(() => resolve())
      this.options.clock.after(STOP_TIMEOUT_MS, resolve)
    })
    thread.port.post({ kind: 'stop' })
    await stopped
    this.onStopped = undefined
    if (!isClean) this.options.log.warn(`${this.id} did not stop in time and was ended`)
    if (this.thread === thread) this.thread = undefined
    await thread.kill()
    this.lastStats = undefined
    this.settle(new ProblemError('NODE_NOT_RUNNING', { id: this.id }, `${this.id} was stopped`))
    this.enter('stopped')
  }
  private onStopped: (() => void) | undefined

  /** Like a crash: no clean-up runs. It can be started again at once. */
  async kill(): Promise<void> {
    const thread = this.thread
    if (!thread) return
    this.thread = undefined
    this.lastStats = undefined
    await thread.kill()
    this.frozen = false
    this.lastProblem = { code: 'NODE_CRASHED', message: 'it was killed', params: { id: this.id } }
    this.settle(problemError(this.lastProblem))
    this.enter('crashed')
  }

  /** Nothing happens where it does not run. */
  say(message: ToNode & { kind: 'snapshot' | 'cancelSnapshot' }): void {
    this.thread?.port.post(message)
  }

  setTail(on: boolean): void {
    this.thread?.port.post({ kind: 'tail', on })
  }

  /** What is wrong with its lines and its disk, from now on and in its next lives. */
  setFaults(faults: NodeFaults): void {
    this.faults = faults
    this.thread?.port.post({ kind: 'faults', faults })
  }

  /** Its clock shows so much more than the cluster's, in ms; set back, it stands still until time has come up with it. */
  async setSkew(skewMs: number): Promise<void> {
    if (skewMs === this.skewMs) return
    this.skewMs = skewMs
    await this.showClock(this.clockSetting)
  }

  get isFrozen(): boolean {
    return this.frozen
  }

  /** It stands still, its sockets open, until it is thawed, stopped or killed. Nothing happens where it does not run. */
  freeze(): void {
    if (!this.thread || this.frozen || this.current !== 'running') return
    this.frozen = true
    this.lastStats = undefined
    this.thread.freeze()
    this.changed.emit()
  }

  thaw(): void {
    if (!this.frozen) return
    this.frozen = false
    this.thread?.thaw()
    this.changed.emit()
  }

  /**
   * Gives when its next timer is due, once what is due until then has run; Infinity where it has none, does not run or is frozen.
   * Never rejects.
   */
  showClock(setting: ClockSetting): Promise<number> {
    const { thread } = this
    const id = ++this.clockId
    thread?.port.post({ kind: 'clock', setting: this.skewed(setting), id })
    if (!thread || this.current !== 'running' || this.frozen) return Promise.resolve(Infinity)
    return new Promise((resolve) => {
      const end = (nextDue = Infinity): void => {
        listening.dispose()
        freezing.dispose()
        limit.dispose()
        resolve(nextDue - this.skewMs)
      }
      const freezing = this.changed.on(() => {
        if (this.frozen) end()
      })
      const listening = this.messages.on((message) => {
        if (message.kind === 'clock' && message.id === id) end(message.nextDue)
      })
      const limit = this.options.clock.after(CLOCK_TIMEOUT_MS, () => end())
      void thread.exited.then(() => end())
    })
  }
  private clockId = 0

  private get clockSetting(): ClockSetting {
    const setting = this.options.clockSetting?.() ?? REAL_TIME
    return this.skewMs === 0 ? setting : { ...setting }
  }

  private skewed(setting: ClockSetting): ClockSetting {
    return this.skewMs === 0 ? setting : { ...setting, shows: setting.shows + this.skewMs }
  }

  private refuseWhileBusy(): void {
    if (this.current === 'starting' || this.current === 'stopping')
      throw new ProblemError('NODE_BUSY', { id: this.id }, `${this.id} is ${this.current}`)
  }

  private enter(state: NodeState): void {
    this.current = state
    this.changed.emit()
  }

  private settle(error?: Error): void {
    if (error) this.waiting?.reject(error)
    else this.waiting?.resolve()
  }

  private receive(thread: NodeThread, message: FromNode): void {
    if (this.thread !== thread) return
    switch (message.kind) {
      case 'started':
        this.lastStarted = message.node
        this.settle()
        // It runs, but in another role.
        if (this.current === 'running') this.changed.emit()
        break
      case 'failed':
        this.settle(problemError(message.problem))
        break
      case 'stopped':
        this.onStopped?.()
        break
      case 'stats':
        // What it had said before it stood still.
        if (!this.frozen) this.lastStats = message.stats
    }
    this.messages.emit(message)
  }

  private gone(thread: NodeThread, failure: Error | undefined): void {
    if (this.thread !== thread || this.current === 'stopping') return
    this.thread = undefined
    this.frozen = false
    this.lastStats = undefined
    const reason = failure?.message ?? 'its thread ended'
    const problem = {
      code: 'NODE_CRASHED',
      message: `${this.id} crashed: ${reason}`,
      params: { id: this.id, reason }
    }
    this.options.log.error(`${this.id} crashed`, failure)
    this.lastProblem = problem
    this.settle(problemError(problem))
    this.enter('crashed')
    this.crashed.emit(problem)
  }
}
