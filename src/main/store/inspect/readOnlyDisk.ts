import type { Disk } from '../../base/disk'

const refuse = (): never => {
  throw new Error('the inspection changes nothing')
}

/** The same disk with every way to change it closed; files open for reading, whatever was asked. */
export const readOnlyDisk = (disk: Disk): Disk => ({
  ...disk,
  mkdirp: refuse,
  replaceFile: refuse,
  rename: refuse,
  copy: refuse,
  link: refuse,
  remove: refuse,
  unlink: refuse,
  removeTree: refuse,
  open: (path) => disk.open(path, 'r')
})
