import { expect, test } from 'vitest'
import { nodeDisk, type Disk, type DiskFile } from '../base/disk'
import { FileCache } from './fileCache'

const recordingDisk = (): { disk: Disk; open: Set<string> } => {
  const open = new Set<string>()
  const disk: Disk = {
    ...nodeDisk,
    open: (path): DiskFile => {
      if (open.has(path)) throw new Error(`${path} is open twice`)
      open.add(path)
      const refuse = (): never => {
        throw new Error('not in this test')
      }
      return {
        ...{ path, size: refuse, read: refuse, readAsync: refuse, writev: refuse },
        ...{ writeAsync: refuse, datasync: refuse, truncate: refuse },
        close: () => void open.delete(path)
      }
    }
  }
  return { disk, open }
}

test('the least recently used file is closed', () => {
  const { disk, open } = recordingDisk()
  const cache = new FileCache(disk, 2)
  const a = cache.open('/a', 'r')
  cache.open('/b', 'r')
  expect(cache.open('/a', 'r')).toBe(a)
  cache.open('/c', 'r')
  expect([...open].sort()).toEqual(['/a', '/c'])
})

test('a pinned file is closed only when the last pin goes', () => {
  const { disk, open } = recordingDisk()
  const cache = new FileCache(disk, 1)
  cache.open('/a', 'r')
  const unpin = [cache.pin('/a'), cache.pin('/a')]
  cache.open('/b', 'r')
  unpin[0]!()
  expect([...open].sort()).toEqual(['/a', '/b'])
  unpin[1]!()
  expect([...open]).toEqual(['/b'])
})

test('a file that is made anew is closed before', () => {
  const { disk, open } = recordingDisk()
  const cache = new FileCache(disk, 5)
  const a = cache.open('/a', 'r+')
  expect(cache.open('/a', 'w+')).not.toBe(a)
  cache.forget('/a')
  cache.forget('/never')
  expect(open.size).toBe(0)
  cache.open('/b', 'r')
  cache.closeAll()
  expect([open.size, cache.size]).toEqual([0, 0])
})
