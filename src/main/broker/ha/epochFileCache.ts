/**
 * Which master wrote which stretch of the log: kept beside the log, in one line of JSON and its CRC-32 in hexadecimal, so
 * that a copy of the store has it too. Java: EpochFileCache.
 */
import { crc32 } from 'node:zlib'
import type { Disk } from '../../base/disk'
import type { Log } from '../../base/log'
import type { EpochEntry } from './haService'

export const EPOCH_FILE_VERSION = 1

/** Entries kept; the oldest go first. A slave that knows none of its master's begins anew or is told to. */
export const MAX_EPOCHS = 256

interface Begun {
  epoch: number
  startOffset: number
  id: string
}

interface Document {
  version: number
  epochs: [epoch: number, startOffset: number, id: string][]
  /** Where a master closed its log with everything flushed; absent while one is at work. */
  closedAt?: number
}

interface Deps {
  disk: Disk
  log: Log
  path: string
}

const crcLine = (text: string): string => crc32(text).toString(16).padStart(8, '0')

export class EpochFileCache {
  private entries: Begun[] = []
  private closedAt: number | undefined

  /** @throws Error when a newer version wrote the file. */
  constructor(private readonly deps: Deps) {
    const { disk, log, path } = deps
    if (!disk.exists(path)) return
    const document = decode(disk.readFile(path))
    if (document === undefined) {
      log.warn(`${path} is damaged and not used: as if this log were of nobody`)
      return
    }
    this.entries = document.epochs.map(([epoch, startOffset, id]) => ({ epoch, startOffset, id }))
    this.closedAt = document.closedAt
  }

  /** Oldest first, without those that begin behind a log that ends at `end`. */
  known(end: number): EpochEntry[] {
    const known = this.entries.filter(({ startOffset }) => startOffset <= end)
    return known.map((entry, i) => ({ ...entry, endOffset: known[i + 1]?.startOffset }))
  }

  /**
   * This broker is master from now on, and the log goes on at `end`: a new epoch, unless this broker closed the same log
   * at that very place. `wanted` is the number a controller gave it. @throws the disk's error.
   */
  begin(end: number, id: string, wanted?: number): void {
    const last = this.entries.at(-1)
    const isContinued = wanted === undefined || wanted === last?.epoch
    if (last !== undefined && isContinued && this.closedAt === end) {
      this.save(this.entries)
      return
    }
    const next = (last?.epoch ?? 0) + 1
    const epoch = wanted === undefined ? next : Math.max(wanted, last?.epoch ?? 0)
    // One without a byte says nothing; those behind the end were of bytes that are lost.
    const kept = this.entries.filter(({ startOffset }) => startOffset < end)
    this.save([...kept, { epoch, startOffset: kept.length === 0 ? 0 : end, id }])
  }

  /** A slave's log is its master's from now on. @throws the disk's error. */
  adopt(entries: readonly EpochEntry[]): void {
    this.save(entries.map(({ epoch, startOffset, id }) => ({ epoch, startOffset, id })))
  }

  /** The master's log ends at `end` and all of it is flushed. @throws the disk's error. */
  close(end: number): void {
    this.save(this.entries, end)
  }

  private save(entries: readonly Begun[], closedAt?: number): void {
    const { disk, path } = this.deps
    this.entries = entries.slice(-MAX_EPOCHS)
    this.closedAt = closedAt
    const epochs = this.entries.map((e): Document['epochs'][number] => [
      ...([e.epoch, e.startOffset, e.id] as const)
    ])
    const document: Document = { version: EPOCH_FILE_VERSION, epochs }
    if (closedAt !== undefined) document.closedAt = closedAt
    const text = JSON.stringify(document)
    disk.replaceFile(path, `${text}\n${crcLine(text)}\n`)
  }
}

const decode = (content: Buffer): Document | undefined => {
  const [text = '', crc] = content.toString('utf8').split('\n')
  if (crcLine(text) !== crc) return undefined
  // Its CRC holds, so it is what a version of ours wrote.
  const document = JSON.parse(text) as Document
  if (document.version > EPOCH_FILE_VERSION)
    throw new Error(
      `the epochs have format ${document.version}, this version knows ${EPOCH_FILE_VERSION}; use a newer Gantry`
    )
  return document
}
