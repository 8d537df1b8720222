/** What a soak run sees of a process from outside. Linux tells all of it; elsewhere figures are 0. */
import * as fs from 'node:fs'
import { join } from 'node:path'

export interface Looks {
  /** Bytes of resident memory. */
  rss: number
  sockets: number
  files: number
  /** Open, though their names are gone: their space is not free. */
  deletedFiles: number
  /** Bytes below the data folder. */
  disk: number
}

export interface Sample extends Looks {
  atMs: number
  epoch: number
  /** Nobody was connected. */
  isCalm: boolean
}

/** Files and folders may go while they are counted. */
const folderBytes = (folder: string): number => {
  let sum = 0
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) sum += folderBytes(path)
      else sum += fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return sum
}

const descriptors = (pid: number): Pick<Looks, 'sockets' | 'files' | 'deletedFiles'> => {
  const counted = { sockets: 0, files: 0, deletedFiles: 0 }
  const folder = `/proc/${pid}/fd`
  if (!fs.existsSync(folder)) return counted
  for (const name of fs.readdirSync(folder)) {
    let target: string
    try {
      target = fs.readlinkSync(join(folder, name))
    } catch {
      // Closed between the two calls.
      continue
    }
    if (target.startsWith('socket:')) counted.sockets++
    else if (target.startsWith('/')) counted.files++
    if (target.endsWith(' (deleted)')) counted.deletedFiles++
  }
  return counted
}

export const looksOf = (pid: number, data: string): Looks => {
  const status = `/proc/${pid}/status`
  const text = fs.existsSync(status) ? fs.readFileSync(status, 'utf8') : ''
  const rss = Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024
  return { rss, ...descriptors(pid), disk: folderBytes(data) }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** One line a minute. */
export const printTable = (samples: readonly Sample[]): void => {
  const minutes = new Map<number, Sample[]>()
  for (const sample of samples) {
    const minute = Math.floor(sample.atMs / 60_000)
    minutes.set(minute, [...(minutes.get(minute) ?? []), sample])
  }
  const row = (...cells: (string | number)[]): string =>
    cells.map((cell) => String(cell).padStart(9)).join('')
  const lines = [row('minute', 'epoch', 'RSS MiB', 'sockets', 'files', 'disk MiB')]
  for (const [minute, of] of minutes) {
    const mid = (pick: (sample: Sample) => number): number => median(of.map(pick))
    const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
    const rss = mib(mid(({ rss: bytes }) => bytes))
    const disk = mib(mid(({ disk: bytes }) => bytes))
    const [sockets, files] = [mid((s) => s.sockets), mid((s) => s.files)]
    lines.push(row(minute, of.at(-1)!.epoch, rss, sockets, files, disk))
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}
