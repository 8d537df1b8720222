/** What tests of the store stand on: a folder of their own, a clock that stands still, a disk that can fail. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../base/clock'
import { nodeDisk, type Disk, type DiskFile } from '../base/disk'
import { silentLog } from '../base/log'
import { hostAddress } from '../protocol/message/host'
import { decodeMessage, type MessageInner } from '../protocol/message/messageCodec'
import { formatProperties } from '../protocol/message/properties'
import { tagsCodeOf } from '../protocol/message/tagsCode'
import type { StoreLimits } from './limits'
import type {
  GetMessageQuery,
  GetMessageResult,
  MessageStore,
  MessageStoreConfig,
  StoreReport,
  TopicRegistry
} from './messageStore'
import { openMessageStore } from './openMessageStore'
import type { ReplicaRole } from './replica'

export type ConfigDraft = { -readonly [K in keyof MessageStoreConfig]: MessageStoreConfig[K] }

export const storeConfig = (changes: Partial<ConfigDraft> = {}): ConfigDraft => ({
  mappedFileSizeCommitLog: 64 * 1024 * 1024,
  mappedFileSizeConsumeQueue: 6_000_000,
  flushDiskType: 'ASYNC_FLUSH',
  flushIntervalCommitLog: 500,
  syncFlushTimeout: 5_000,
  maxMessageSize: 4 * 1024 * 1024,
  maxTransferCountOnMessageInMemory: 32,
  maxTransferBytesOnMessageInMemory: 262_144,
  maxTransferCountOnMessageInDisk: 8,
  maxTransferBytesOnMessageInDisk: 65_536,
  maxFilterMessageSize: 16_000,
  messageIndexEnable: true,
  fileReservedTime: 72,
  deleteWhen: '04',
  cleanResourceInterval: 10_000,
  cleanFileForciblyEnable: true,
  diskMaxUsedSpaceRatio: 75,
  diskSpaceCleanForciblyRatio: 85,
  diskSpaceWarningLevelRatio: 90,
  gantryDiskRatioEnable: false,
  gantryStoreQuota: 2 * 1024 ** 3,
  // The disk the tests run on is nobody's concern here.
  gantryMinFreeDiskSpace: 0,
  ...changes
})

/** Knows every topic, except those it was told to forget. */
export class TestRegistry implements TopicRegistry {
  private readonly places = new Map<string, { id: number; sinceOffset: number }>()
  private readonly unknown = new Set<string>()
  private readonly deleted = new Map<string, number>()
  private ids = 0

  resolve(topic: string): { id: number; sinceOffset: number } | undefined {
    if (this.unknown.has(topic)) return undefined
    let place = this.places.get(topic)
    if (place === undefined) this.places.set(topic, (place = { id: ++this.ids, sinceOffset: 0 }))
    return place
  }

  has(topic: string, id: number): boolean {
    return !this.unknown.has(topic) && this.resolve(topic)?.id === id
  }

  forget(topic: string): void {
    this.unknown.add(topic)
  }

  wasDeleted(topic: string, id: number): boolean {
    return this.deleted.get(topic) === id
  }

  /** As a broker does at first: its queues are still there. */
  delete(topic: string): void {
    this.deleted.set(topic, this.resolve(topic)?.id ?? 0)
    this.unknown.add(topic)
  }

  /** The topic is there again, beginning at `sinceOffset` of the log. */
  renew(topic: string, sinceOffset: number): void {
    this.unknown.delete(topic)
    this.places.set(topic, { id: ++this.ids, sinceOffset })
  }
}

const bornHost = hostAddress('10.0.0.1', 50_000)
const storeHost = hostAddress('10.0.0.2', 10_911)

export interface MessageDraft extends Partial<MessageInner> {
  tags?: string
}

export const message = (
  topic: string,
  body: string | Buffer,
  { tags, ...changes }: MessageDraft = {}
): MessageInner => ({
  topic,
  queueId: 0,
  flag: 0,
  sysFlag: 0,
  bornTimestamp: 1_700_000_000_000,
  bornHost,
  storeHost,
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from(body),
  properties: formatProperties(tags === undefined ? [] : [['TAGS', tags]]),
  tagsCode: tagsCodeOf(tags),
  ...changes
})

/** Answers of a disk that fails: called before each operation; throw to fail it. */
export type Fault = (
  operation:
    | 'writev'
    | 'datasync'
    | 'truncate'
    | 'open'
    | 'read'
    | 'replaceFile'
    | 'rename'
    | 'remove'
    | 'unlink',
  path: string
) => void

export const diskError = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: played by the test`), { code })

export interface FaultyDisk extends Disk {
  fault: Fault
  /** Bytes a failing writev leaves behind all the same. */
  shortWrite: number
}

const faultyFile = (disk: FaultyDisk, file: DiskFile): DiskFile => ({
  path: file.path,
  size: () => file.size(),
  read: (target, offset, length, position) => {
    disk.fault('read', file.path)
    return file.read(target, offset, length, position)
  },
  readAsync: async (target, offset, length, position) => {
    disk.fault('read', file.path)
    return file.readAsync(target, offset, length, position)
  },
  writev: (buffers, position) => {
    try {
      disk.fault('writev', file.path)
    } catch (error) {
      if (disk.shortWrite > 0)
        file.writev([Buffer.concat(buffers).subarray(0, disk.shortWrite)], position)
      throw error
    }
    file.writev(buffers, position)
  },
  writeAsync: async (buffer, position) => {
    disk.fault('writev', file.path)
    return file.writeAsync(buffer, position)
  },
  datasync: async () => {
    disk.fault('datasync', file.path)
    return file.datasync()
  },
  truncate: (size) => {
    disk.fault('truncate', file.path)
    file.truncate(size)
  },
  close: () => file.close()
})

/** The real disk until `fault` throws. */
export const faultyDisk = (): FaultyDisk => {
  const disk: FaultyDisk = {
    ...nodeDisk,
    fault: () => undefined,
    shortWrite: 0,
    replaceFile: (path, content) => {
      disk.fault('replaceFile', path)
      nodeDisk.replaceFile(path, content)
    },
    rename: (from, to) => {
      disk.fault('rename', to)
      nodeDisk.rename(from, to)
    },
    remove: (path) => {
      disk.fault('remove', path)
      nodeDisk.remove(path)
    },
    unlink: async (path) => {
      disk.fault('unlink', path)
      await nodeDisk.unlink(path)
    },
    open: (path, flags) => {
      disk.fault('open', path)
      return faultyFile(disk, nodeDisk.open(path, flags))
    }
  }
  return disk
}

/** A disk that a dead process can change no more: what its store still does in the background fails. */
const mortalDisk = (disk: Disk, isDead: () => boolean): Disk => ({
  ...disk,
  // A test may exchange it.
  readFile: (path) => disk.readFile(path),
  removeTree: (path) => disk.removeTree(path),
  rename: (from, to) => {
    if (isDead()) throw diskError('EIO')
    disk.rename(from, to)
  },
  open: (path, flags) => {
    if (isDead() && flags !== 'r') throw diskError('EIO')
    const file = disk.open(path, flags)
    const writeAsync = file.writeAsync.bind(file)
    file.writeAsync = (buffer, position) =>
      isDead() ? Promise.reject(diskError('EIO')) : writeAsync(buffer, position)
    return file
  }
})

let folders = 0

export interface RigOptions {
  config?: Partial<ConfigDraft>
  limits?: Partial<StoreLimits>
  registry?: TestRegistry
  disk?: Disk
  role?: ReplicaRole
}

/** One folder and the store on it; `reopen` closes first, `crash` does not. */
export class StoreRig {
  readonly folder = join(tmpdir(), `gantry-store-${process.pid}-${folders++}`)
  readonly config: ConfigDraft
  readonly registry: TestRegistry
  readonly disk: Disk
  readonly reports: StoreReport[] = []
  clock = new ManualClock()
  private current: MessageStore | undefined

  constructor(private readonly options: RigOptions = {}) {
    this.config = storeConfig(options.config)
    this.registry = options.registry ?? new TestRegistry()
    this.disk = options.disk ?? nodeDisk
    nodeDisk.removeTree(this.folder)
  }

  get store(): MessageStore {
    if (this.current === undefined) throw new Error('the store is not open')
    return this.current
  }

  async open(): Promise<MessageStore> {
    this.reports.length = 0
    const { clock, folder, config, registry, reports } = this
    const disk = mortalDisk(this.disk, () => this.clock !== clock)
    this.current = await openMessageStore({
      ...{ disk, clock, folder, config, registry, log: silentLog },
      onReport: (report) => reports.push(report),
      limits: this.options.limits ?? {},
      role: this.options.role ?? 'MASTER'
    })
    return this.current
  }

  async close(): Promise<void> {
    await this.current?.close()
    this.current = undefined
  }

  async reopen(): Promise<MessageStore> {
    await this.close()
    return this.open()
  }

  /** As after kill -9: the store there was never gets to do anything again. */
  async crash(): Promise<MessageStore> {
    this.abandon()
    return this.open()
  }

  /** Opened again `ms` later: nothing of the time between is lived through. */
  async later(ms: number): Promise<void> {
    await this.close()
    this.clock = new ManualClock(this.clock.now() + ms)
    await this.open()
  }

  /** Lets retention look until it finds nothing more to delete. */
  async clean(): Promise<void> {
    for (let before = -1; before !== this.segments().length;) {
      before = this.segments().length
      this.clock.advance(this.config.cleanResourceInterval)
      await this.store.cleanExpiredConsumerQueue()
    }
  }

  abandon(): void {
    this.current = undefined
    // Its timers belong to the old clock, which nobody moves any more.
    this.clock = new ManualClock(this.clock.now())
  }

  async dispose(): Promise<void> {
    await this.close()
    nodeDisk.removeTree(this.folder)
  }

  /** Every file of the consume queues. */
  queueFiles(): string[] {
    const below = (folder: string): string[] =>
      nodeDisk.list(folder).map((name) => join(folder, name))
    return below(join(this.folder, 'consumequeue')).flatMap(below).flatMap(below)
  }

  get checkpoint(): string {
    return join(this.folder, 'checkpoint')
  }

  /** Files of the key index, oldest first. */
  indexFiles(): string[] {
    const folder = join(this.folder, 'index')
    return nodeDisk.list(folder).map((name) => join(folder, name))
  }

  /** Files of the log, oldest first. */
  segments(): string[] {
    const folder = join(this.folder, 'commitlog')
    return nodeDisk.list(folder).map((name) => join(folder, name))
  }
}

/** Bodies of what a pull gives, from `offset` to the end, over as many pulls as that takes. */
export const readAll = async (
  store: MessageStore,
  topic: string,
  queueId = 0,
  offset = 0
): Promise<string[]> => {
  const bodies: string[] = []
  for (let at = offset; ;) {
    const result = await store.getMessage({ topic, queueId, offset: at, maxMsgNums: 32 })
    for (const bytes of result.messages) bodies.push(decodeMessage(bytes).body.toString('utf8'))
    if (result.nextBeginOffset <= at) return bodies
    at = result.nextBeginOffset
  }
}

export const pull = (
  store: MessageStore,
  query: Partial<GetMessageQuery> & Pick<GetMessageQuery, 'topic'>
): GetMessageResult | Promise<GetMessageResult> =>
  store.getMessage({ queueId: 0, offset: 0, maxMsgNums: 32, ...query })

/** Bodies that `putNumbers` puts. */
export const numbers = (topic: string, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${topic}-${from + i}`)

export const flipBit = (path: string, at: number, bit = 0): void => {
  const byte = nodeDisk.readFile(path).subarray(at, at + 1)
  byte[0] = byte[0]! ^ (1 << bit)
  const file = nodeDisk.open(path, 'r+')
  file.writev([byte], at)
  file.close()
}

/** Puts bodies `from`…`to - 1` as text, all in one turn. */
export const putNumbers = async (
  store: MessageStore,
  topic: string,
  from: number,
  to: number,
  changes: MessageDraft = {}
): Promise<void> => {
  const puts = numbers(topic, from, to).map((body) =>
    store.putMessage(message(topic, body, changes))
  )
  for (const result of await Promise.all(puts))
    if (result.status !== 'PUT_OK') throw new Error(result.status)
}
