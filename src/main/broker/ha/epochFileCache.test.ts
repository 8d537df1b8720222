import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeDisk } from '../../base/disk'
import { silentLog } from '../../base/log'
import { EpochFileCache, MAX_EPOCHS } from './epochFileCache'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-epochs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (): EpochFileCache =>
  new EpochFileCache({ disk: nodeDisk, log: silentLog, path: join(folder, 'epochs') })

const shown = (cache: EpochFileCache, end: number): string =>
  cache
    .known(end)
    .map(
      ({ epoch, startOffset, endOffset, id }) => `${epoch}${id}${startOffset}-${endOffset ?? ''}`
    )
    .join(' ')

test('each start as master begins an epoch where the log ends; the first covers what there is', () => {
  open().begin(700, 'a')
  open().begin(900, 'b')
  expect(shown(open(), 1000)).toBe('1a0-900 2b900-')
})

test('one without a byte is dropped, its number is not given again', () => {
  open().begin(0, 'a')
  open().begin(900, 'b')
  open().begin(900, 'c')
  expect(shown(open(), 1000)).toBe('1a0-900 3c900-')
})

test('what the log lost takes its epochs along', () => {
  open().begin(0, 'a')
  open().begin(500, 'b')
  open().begin(900, 'c')
  open().begin(600, 'd')
  expect(shown(open(), 650)).toBe('1a0-500 2b500-600 4d600-')
  expect(shown(open(), 550)).toBe('1a0-500 2b500-')
})

test('a log that was closed and is the same goes on in its epoch, once', () => {
  open().begin(0, 'a')
  open().close(500)
  open().begin(500, 'b')
  expect(shown(open(), 500)).toBe('1a0-')
  open().begin(500, 'c')
  expect(shown(open(), 500)).toBe('1a0-500 2c500-')
  open().close(600)
  open().begin(550, 'd')
  expect(shown(open(), 600)).toBe('1a0-500 2c500-550 3d550-')
})

test('a controller gives the number', () => {
  open().begin(0, 'a', 4)
  open().begin(100, 'b', 9)
  expect(shown(open(), 200)).toBe('4a0-100 9b100-')
})

test('a slave has its master’s', () => {
  open().begin(0, 'a')
  const entries = [{ epoch: 7, startOffset: 0, endOffset: undefined, id: 'm' }]
  open().adopt(entries)
  expect(shown(open(), 100)).toBe('7m0-')
})

test('so many are kept, the newest', () => {
  for (let i = 0; i < MAX_EPOCHS + 3; i++) open().begin(i * 10, 'x')
  const known = open().known(1_000_000)
  expect(known).toHaveLength(MAX_EPOCHS)
  expect(known[0]?.epoch).toBe(4)
})

test('a damaged file counts as none, a newer one is refused', () => {
  open().begin(500, 'a')
  const path = join(folder, 'epochs')
  const bytes = nodeDisk.readFile(path)
  bytes[5] = bytes[5]! ^ 1
  nodeDisk.replaceFile(path, bytes)
  expect(open().known(1000)).toEqual([])
})
