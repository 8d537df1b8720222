/** Where the window was and what it showed, from one start to the next. A file of its own below Chromium's folder. */
import { z } from 'zod'
import type { Disk } from '../base/disk'
import type { Log } from '../base/log'

const Remembered = z.object({
  bounds: z
    .object({
      x: z.int(),
      y: z.int(),
      width: z.int().min(200).max(20_000),
      height: z.int().min(200).max(20_000)
    })
    .optional(),
  isMaximized: z.boolean().default(false),
  /** Behind the hash. */
  page: z.string().max(1000).regex(/^\//).optional()
})
export type Remembered = z.infer<typeof Remembered>

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

/** Of the window that must lie on a screen to be got hold of. */
const REACHABLE = 100

const overlaps = (a: Rectangle, b: Rectangle): boolean =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) >= REACHABLE &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) >= REACHABLE

/** A screen may be gone: then the window opens where the system puts it. */
export const reachable = (
  bounds: Rectangle | undefined,
  screens: readonly Rectangle[]
): Rectangle | undefined =>
  bounds && screens.some((screen) => overlaps(bounds, screen)) ? bounds : undefined

export class WindowMemory {
  private known: Remembered

  constructor(
    private readonly disk: Pick<Disk, 'exists' | 'readFile' | 'replaceFile' | 'mkdirp'>,
    private readonly folder: string,
    private readonly path: string,
    private readonly log: Log
  ) {
    this.known = this.read()
  }

  get(): Remembered {
    return this.known
  }

  set(change: Partial<Remembered>): void {
    this.known = { ...this.known, ...change }
    try {
      this.disk.mkdirp(this.folder, 'unsynced')
      this.disk.replaceFile(this.path, JSON.stringify(this.known))
    } catch (error) {
      // The window opens elsewhere next time; nothing else depends on it.
      this.log.warn('where the window was could not be kept', error)
    }
  }

  /** What cannot be read is nothing to remember. */
  private read(): Remembered {
    try {
      if (!this.disk.exists(this.path)) return { isMaximized: false }
      const parsed = Remembered.safeParse(JSON.parse(this.disk.readFile(this.path).toString()))
      return parsed.data ?? { isMaximized: false }
    } catch {
      return { isMaximized: false } // torn, or another version's
    }
  }
}
