import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'

/** A name beside `path` that no file has yet: `topics.db.20260801T101500Z.damaged`. */
export const datedName = (
  disk: Disk,
  clock: Pick<Clock, 'now'>,
  path: string,
  suffix: string
): string => {
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '')
  const name = `${path}.${stamp}.${suffix}`
  for (let count = 2; ; count += 1) {
    const candidate = count === 2 && !disk.exists(name) ? name : `${name}-${count}`
    if (!disk.exists(candidate)) return candidate
  }
}
