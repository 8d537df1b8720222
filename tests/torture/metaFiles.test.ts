/** Damage to a NeDB file and to its previous generation. */
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import { openCollection, type Collection } from '../../src/main/meta/collection'
import type { MetaReport } from '../../src/main/meta/report'
import { shape, str } from '../../src/main/meta/shape'
import { SimulatedDisk } from '../faults/simulatedDisk'
import { mountNedb, unmountNedb } from '../faults/simulatedDiskNedb'
import { META_OUTCOMES, type ShortRow } from './outcomes'
import type { Files } from './tortured'

const note = shape({ text: str })
type Note = { text: string }

const PATH = '/notes.db'
const PREVIOUS = `${PATH}.prev`
const isThorough = process.env['GANTRY_TORTURE'] === 'full'

let folders = 0

const opened = async (
  disk: SimulatedDisk,
  folder: string,
  reports: MetaReport[]
): Promise<Collection<Note>> =>
  openCollection({
    ...{ disk, clock: new ManualClock(), log: silentLog, path: folder + PATH, parse: note },
    onReport: (report) => reports.push(report)
  })

/** Every folder is another one: what a test leaves open is no other test's. */
const within = async <T>(
  files: Files,
  run: (disk: SimulatedDisk, folder: string) => Promise<T>
): Promise<T> => {
  // prettier-ignore
  const folder = `/meta-${folders++}`
  const disk = SimulatedDisk.holding(new Map([...files].map(([path, content]) => [folder + path, content]))) // prettier-ignore
  mountNedb(folder, disk)
  try {
    return await run(disk, folder)
  } finally {
    unmountNedb(folder)
  }
}

/** Eight notes in both generations, four only in the newer one. */
const known = await within(new Map([['/x', Buffer.alloc(0)]]), async (disk, folder) => {
  const values = new Map<string, string>()
  const put = async (notes: Collection<Note>, from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      values.set(`key-${i}`, `text ${i}`)
      await notes.put(`key-${i}`, { text: `text ${i}` })
    }
  }
  const first = await opened(disk, folder, [])
  await put(first, 0, 8)
  await first.close()
  const second = await opened(disk, folder, [])
  await put(second, 8, 12)
  await second.close()
  const files: Files = new Map()
  for (const [path, content] of disk.files())
    if (path !== `${folder}/x`) files.set(path.slice(folder.length), content)
  return { files, values }
})

type Change = (files: Files) => void

const edited =
  (path: string, edit: (content: Buffer) => Buffer): Change =>
  (files) =>
    files.set(path, edit(Buffer.from(files.get(path)!)))

const range = (to: number, each: number): number[] =>
  Array.from({ length: to }, (_, i) => i).filter((i) => isThorough || i % each === 0)

const damagesOf = (file: string, path: string): [string, string, Change[]][] => {
  const { length } = known.files.get(path)!
  return [
    [
      file,
      'cut at every byte',
      range(length, 3).map((size) => edited(path, (content) => content.subarray(0, size)))
    ],
    [
      file,
      'each byte changed',
      range(length, 3).map((i) =>
        edited(path, (content) => {
          content[i] = content[i]! ^ (1 + seededRandom(i).int(255))
          return content
        })
      )
    ],
    [file, 'zeroed', [edited(path, (content) => content.fill(0))]],
    [
      file,
      'zeros behind its end',
      [1, 4_096].map((n) => edited(path, (content) => Buffer.concat([content, Buffer.alloc(n)])))
    ],
    [file, 'removed', [(files) => files.delete(path)]]
  ]
}

const damages: [string, string, Change[]][] = [
  ...damagesOf('NeDB file', PATH),
  ...damagesOf('its previous generation', PREVIOUS),
  ['NeDB file', 'exchanged with its previous generation', [(files) => files.set(PATH, files.get(PREVIOUS)!)]], // prettier-ignore
  [
    'both',
    'removed',
    [
      (files) => {
        files.delete(PATH)
        files.delete(PREVIOUS)
      }
    ]
  ]
]

const rows: ShortRow[] = []

describe('after damage', () => {
  test.each(damages)('to: %s, %s', async (file, damage, changes) => {
    const violations: string[] = []
    const lost: number[] = []
    const kinds = new Set<string>()
    for (const [i, change] of changes.entries()) {
      const files = new Map(known.files)
      change(files)
      await within(files, async (disk, folder) => {
        const reports: MetaReport[] = []
        const notes = await opened(disk, folder, reports)
        for (const [key, { text }] of notes.all())
          if (known.values.get(key) !== text) violations.push(`${i}: ${key} is ${text}`)
        lost.push(known.values.size - notes.size)
        kinds.add([...new Set(reports.map(({ kind }) => kind))].sort().join(' + ') || 'nothing')
        await notes.put('after', { text: 'after' })
        await notes.close()
        reports.length = 0
        const again = await opened(disk, folder, reports)
        if (reports.length > 0) violations.push(`${i}: a second report, ${reports[0]!.detail}`)
        if (again.size !== known.values.size - lost.at(-1)! + 1)
          violations.push(`${i}: ${again.size} documents after another start`)
        await again.close()
      })
    }
    expect(violations).toEqual([])
    const told = [...kinds]
      .sort()
      .join(', or ')
      .replace(/^nothing$/, '')
    const row: ShortRow = [file, damage, Math.min(...lost), Math.max(...lost), told, '']
    rows.push(row)
    if (process.env['GANTRY_TORTURE_PRINT']) process.stdout.write(`ROW ${JSON.stringify(row)},\n`)
    expect(META_OUTCOMES).toContainEqual(row)
  })

  test('the table has no row without a damage', () => {
    expect(META_OUTCOMES.map(([file, damage]) => `${file}, ${damage}`)).toEqual(
      damages.map(([file, damage]) => `${file}, ${damage}`)
    )
  })
})
