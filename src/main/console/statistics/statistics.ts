/** History and sampler of the cluster the console looks at; another cluster has another history. */
import { join } from 'node:path'
import type { SeriesRef } from '../../../shared/statisticsModel'
import type { Disk } from '../../base/disk'
import { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import type { RealTime } from '../../base/clock'
import { History } from './history'
import { HistoryFiles } from './historyFiles'
import { Sampler, type SampledAdmin } from './sampler'

/** What is measured, and where its history lies. */
export interface StatisticsSource {
  /** A folder's name, `cluster-1` or `connection-2`: numbers, nothing from the wire. */
  id: string
  admin: SampledAdmin
  /** Its nodes run in this process. */
  isLocal: boolean
}

interface Deps {
  clock: RealTime
  disk: Disk
  log: Log
  /** Absolute; histories of all clusters lie in it. */
  folder: string
  source: () => StatisticsSource
  memoryBytes: () => number
}

interface Running {
  id: string
  history: History
  files: HistoryFiles
  sampler: Sampler
}

const SOURCE = /^(cluster|connection)-\d{1,9}$/
const LEVELS = ['minutes', 'hours'] as const

export class Statistics {
  /** A second has passed. */
  readonly ticked = new Emitter<void>()
  private running: Running | undefined
  private rules: readonly SeriesRef[] = []
  private isClosed = false
  /** What was kept before is there; settled also when another cluster took its place meanwhile. */
  ready: Promise<void> = Promise.resolve()

  constructor(private readonly deps: Deps) {}

  /** Too old files of every cluster go, also of those that are not looked at any more. */
  start(): void {
    const { disk, log, folder, clock } = this.deps
    for (const id of disk.list(folder).filter((name) => SOURCE.test(name))) {
      const files = new HistoryFiles({ disk, log, folder: join(folder, id) })
      for (const level of LEVELS) files.clean(level, clock.wall())
    }
    this.use()
  }

  /** Again, after another cluster took the place of the one that was looked at. */
  use(): void {
    if (this.isClosed) return
    this.end()
    const { clock, disk, log, folder, source, memoryBytes } = this.deps
    const { id, admin, isLocal } = source()
    const files = new HistoryFiles({ disk, log, folder: join(folder, id) })
    const history = new History(files)
    const sampler = new Sampler({
      ...{ clock, admin, history },
      memoryBytes: () => (isLocal ? memoryBytes() : undefined)
    })
    sampler.watched.setRules(this.rules)
    sampler.ticked.on(() => this.ticked.emit())
    const running: Running = { id, history, files, sampler }
    this.running = running
    this.ready = this.begin(running).catch((error: unknown) => {
      log.error('statistics of before cannot be read', error)
    })
  }

  get id(): string | undefined {
    return this.running?.id
  }

  /** Undefined after it was closed. */
  get current(): Pick<Running, 'history' | 'sampler'> | undefined {
    return this.running
  }

  /** Measured every second as long as they stand. */
  watchRules(refs: readonly SeriesRef[]): void {
    this.rules = refs
    this.running?.sampler.watched.setRules(refs)
  }

  close(): void {
    this.isClosed = true
    this.end()
  }

  private async begin(running: Running): Promise<void> {
    const { history, files, sampler } = running
    const { clock } = this.deps
    try {
      await files.load(clock.wall(), (level, slot, values) => history.restore(level, slot, values))
    } finally {
      if (this.running === running) {
        history.settle(clock.wall())
        sampler.start()
      }
    }
  }

  private end(): void {
    const { running } = this
    this.running = undefined
    running?.sampler.stop()
    running?.history.close()
    running?.files.close()
  }
}
