/**
 * Minutes and hours in files of lines (ADR 34): one file an hour of minutes, one a day of hours, so that what is too old
 * goes with its file. A line that cannot be read costs itself. Never synced: a power cut costs the last minutes.
 */
import { join } from 'node:path'
import {
  DAY_MS,
  HOUR_MS,
  KEPT_HOURS,
  KEPT_MINUTES,
  MINUTE_MS
} from '../../../shared/statisticsModel'
import type { Disk, DiskFile } from '../../base/disk'
import type { Log } from '../../base/log'
import { endOfTurn } from '../../base/turn'
import type { HistoryKeeper, KeptLevel, Values } from './history'

interface FileModel {
  slotMs: number
  /** Time in one file. */
  fileMs: number
  /** Files kept, the one being written among them. */
  kept: number
}

const models: Readonly<Record<KeptLevel, FileModel>> = {
  minutes: { slotMs: MINUTE_MS, fileMs: HOUR_MS, kept: KEPT_MINUTES / 60 + 1 },
  hours: { slotMs: HOUR_MS, fileMs: DAY_MS, kept: KEPT_HOURS / 24 + 1 }
}

/** A larger file is not ours, or not of this limit of series: 4,000 of them with long names. */
const MAX_FILE_BYTES = 64 * 2 ** 20

const NAME = /^(minutes|hours)-(\d{1,9})\.jsonl$/

interface Deps {
  disk: Pick<Disk, 'exists' | 'mkdirp' | 'list' | 'size' | 'readFile' | 'open' | 'remove'>
  log: Log
  /** Absolute; of one cluster. */
  folder: string
}

interface Open {
  number: number
  file: DiskFile
  end: number
  /** Keys are told once a file, and their numbers then. */
  keys: Map<string, number>
}

/** Three significant decimals are more than anybody sees. */
const short = (value: number): number => Math.round(value * 1000) / 1000

interface Line {
  slot: number
  begins: boolean
  names: string[]
  values: number[]
}

/** Undefined for a torn or foreign line. */
const parseLine = (text: string): Line | undefined => {
  try {
    const { t, r, n = [], v } = JSON.parse(text) as Record<string, unknown>
    const isLine =
      Number.isSafeInteger(t) &&
      Array.isArray(n) &&
      n.every((name) => typeof name === 'string') &&
      Array.isArray(v) &&
      v.every((value) => typeof value === 'number')
    return isLine ? { slot: t as number, begins: r === 1, names: n, values: v } : undefined
  } catch {
    // A write that was cut off; the next one begins a line of its own.
    return undefined
  }
}

export class HistoryFiles implements HistoryKeeper {
  private readonly open: Partial<Record<KeptLevel, Open>> = {}
  private isFailing = false

  constructor(private readonly deps: Deps) {}

  /** All that is not too old; turns of the event loop pass in between. */
  async load(
    now: number,
    onLine: (level: KeptLevel, slot: number, values: Values) => void
  ): Promise<void> {
    for (const level of ['hours', 'minutes'] as const) {
      this.clean(level, now)
      for (const name of this.names(level)) {
        await new Promise<void>((resolve) => endOfTurn(resolve))
        this.loadFile(name, (slot, values) => onLine(level, slot, values))
      }
    }
  }

  keep(level: KeptLevel, slot: number, values: Values): void {
    try {
      const open = this.openFor(level, slot)
      const names: string[] = []
      const flat: number[] = []
      for (const [key, value] of values) {
        let number = open.keys.get(key)
        if (number === undefined) {
          open.keys.set(key, (number = open.keys.size))
          names.push(key)
        }
        flat.push(number, short(value))
      }
      const begins = open.keys.size === names.length
      const line = {
        t: slot,
        ...(begins && { r: 1 }),
        ...(names.length > 0 && { n: names }),
        v: flat
      }
      // It begins with the end of whatever was cut off before.
      const bytes = Buffer.from(`${begins && open.end > 0 ? '\n' : ''}${JSON.stringify(line)}\n`)
      open.file.writev([bytes], open.end)
      open.end += bytes.length
      this.isFailing = false
    } catch (error) {
      this.closeLevel(level)
      if (!this.isFailing)
        this.deps.log.warn('statistics cannot be written; they stay in memory', error)
      this.isFailing = true
    }
  }

  close(): void {
    for (const level of ['minutes', 'hours'] as const) this.closeLevel(level)
  }

  private openFor(level: KeptLevel, slot: number): Open {
    const { slotMs, fileMs } = models[level]
    const number = Math.floor((slot * slotMs) / fileMs)
    const before = this.open[level]
    if (before?.number === number) return before
    this.closeLevel(level)
    const { disk, folder } = this.deps
    disk.mkdirp(folder, 'unsynced')
    const path = join(folder, `${level}-${number}.jsonl`)
    const file = disk.open(path, disk.exists(path) ? 'r+' : 'w+')
    this.clean(level, slot * slotMs)
    return (this.open[level] = { number, file, end: file.size(), keys: new Map() })
  }

  private closeLevel(level: KeptLevel): void {
    this.open[level]?.file.close()
    delete this.open[level]
  }

  private names(level: KeptLevel): string[] {
    const number = (name: string): number => Number(NAME.exec(name)?.[2])
    return this.deps.disk
      .list(this.deps.folder)
      .filter((name) => NAME.exec(name)?.[1] === level)
      .sort((a, b) => number(a) - number(b))
  }

  /** What is too old goes; of files from a clock that was ahead as many stay as of others. */
  clean(level: KeptLevel, now: number): void {
    const { fileMs, kept } = models[level]
    const { disk, folder } = this.deps
    const oldest = Math.floor(now / fileMs) - kept + 1
    const names = this.names(level)
    const isOld = (name: string): boolean => Number(NAME.exec(name)?.[2]) < oldest
    const spare = names.filter((name) => !isOld(name)).slice(2 * kept)
    for (const name of [...names.filter(isOld), ...spare]) disk.remove(join(folder, name))
  }

  private loadFile(name: string, onLine: (slot: number, values: Values) => void): void {
    const { disk, folder, log } = this.deps
    const path = join(folder, name)
    try {
      if ((disk.size(path) ?? 0) > MAX_FILE_BYTES)
        throw new RangeError('it is larger than ours are')
      let keys: string[] = []
      for (const text of disk.readFile(path).toString('utf8').split('\n')) {
        const line = text === '' ? undefined : parseLine(text)
        if (!line) continue
        if (line.begins) keys = []
        keys.push(...line.names)
        const values: [string, number][] = []
        for (let i = 0; i + 1 < line.values.length; i += 2) {
          const key = keys[line.values[i]!]
          if (key !== undefined) values.push([key, line.values[i + 1]!])
        }
        onLine(line.slot, values)
      }
    } catch (error) {
      log.warn(`${path}: statistics of that time cannot be read`, error)
    }
  }
}
