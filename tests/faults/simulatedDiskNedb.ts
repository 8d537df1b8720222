/**
 * NeDB writes past the `Disk` seam. This leads what it does below a folder to a simulated disk, call by call as
 * `@seald-io/nedb/lib/storage.js` does it, syncs included.
 */
import { createRequire } from 'node:module'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import type { SimulatedDisk } from './simulatedDisk'

type Storage = Record<string, (...args: never[]) => unknown>

const nearby = createRequire(import.meta.url)
const fromNedb = createRequire(nearby.resolve('nedb-promises'))
const storage = fromNedb('@seald-io/nedb/lib/storage.js') as Storage
const original = { ...storage }

const disks = new Map<string, SimulatedDisk>()

const diskOf = (path: string): SimulatedDisk | undefined => {
  for (const [folder, disk] of disks) if (path.startsWith(folder)) return disk
  return undefined
}

const write = (disk: SimulatedDisk, path: string, content: string, flags: 'w+' | 'a+'): void => {
  const file = disk.open(path, flags)
  file.writev([Buffer.from(content)], file.size())
  file.close()
}

const sync = async (disk: SimulatedDisk, path: string): Promise<void> => {
  const file = disk.open(path, 'r+')
  await file.datasync()
  file.close()
}

/** Every call takes a turn of its own, as one that goes to the thread pool does. */
const redirected = {
  existsAsync: async (disk: SimulatedDisk, path: string) => disk.exists(path),
  unlinkAsync: async (disk: SimulatedDisk, path: string) => disk.remove(path),
  appendFileAsync: async (disk: SimulatedDisk, path: string, data: string) =>
    write(disk, path, data, 'a+'),
  readFileStream: (disk: SimulatedDisk, path: string) =>
    Readable.from([disk.readFile(path)], { objectMode: false, encoding: 'utf8' }),
  ensureParentDirectoryExistsAsync: async (disk: SimulatedDisk, folder: string) => {
    if (!disk.exists(folder)) throw new Error(`${folder} is made before NeDB opens a file in it`)
  },
  ensureDatafileIntegrityAsync: async (disk: SimulatedDisk, path: string) => {
    if (disk.exists(path)) return
    if (disk.exists(`${path}~`)) disk.rename(`${path}~`, path)
    else write(disk, path, '', 'w+')
  },
  crashSafeWriteFileLinesAsync: async (disk: SimulatedDisk, path: string, lines: string[]) => {
    const folder = posix.dirname(path)
    disk.syncFolderNow(folder)
    if (disk.exists(path)) await sync(disk, path)
    write(disk, `${path}~`, lines.map((line) => `${line}\n`).join(''), 'w+')
    await sync(disk, `${path}~`)
    disk.rename(`${path}~`, path)
    disk.syncFolderNow(folder)
  }
}

for (const [name, replacement] of Object.entries(redirected))
  storage[name] = (path: string, ...rest: never[]) => {
    const disk = diskOf(path)
    return disk === undefined
      ? original[name]!(...([path, ...rest] as never[]))
      : (replacement as (disk: SimulatedDisk, path: string, ...rest: never[]) => unknown)(
          disk,
          path,
          ...rest
        )
  }

/** From now on what NeDB does below `folder` (absolute, not a real one) it does to `disk`. */
export const mountNedb = (folder: string, disk: SimulatedDisk): void => {
  disks.set(folder, disk)
}

export const unmountNedb = (folder: string): void => {
  disks.delete(folder)
}
