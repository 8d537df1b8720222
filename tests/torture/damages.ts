/** Every damage done to every kind of file of a store: name by name what the table of outcomes tells. */
import { seededRandom } from '../../src/main/base/random'
import { SEGMENT_HEADER_BYTES } from '../../src/main/store/segmentFile'
import { STORE_FOLDER, type Files, type KnownStore, type Range } from './tortured'

/** One damaged copy: the change is made on the map; what of the log it touches is given back. */
export interface Case {
  label: string
  change: (files: Files) => void
  touched: readonly Range[]
  /** Told of although it holds no record of the log. */
  foreign?: readonly Range[]
}

export interface Damage {
  file: string
  damage: string
  cases: readonly Case[]
}

const PAGE = 4_096
/** Of a long list of cases each n-th is tried, unless all are asked for. */
const isThorough = process.env['GANTRY_TORTURE'] === 'full'
const some = <T>(all: T[], each: number): T[] =>
  isThorough ? all : all.filter((_, i) => i % each === 0)

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)

const everything: readonly Range[] = [{ from: 0, to: Infinity }]

type Edit = (content: Buffer) => Buffer

const edited = (path: string, edit: Edit) => (files: Files) => {
  files.set(path, edit(Buffer.from(files.get(path)!)))
}

const flip =
  (at: number, mask: number): Edit =>
  (content) => {
    content[at] = content[at]! ^ mask
    return content
  }

const truncate =
  (size: number): Edit =>
  (content) =>
    content.subarray(0, size)

const zero =
  (from: number, to: number): Edit =>
  (content) =>
    content.fill(0, from, Math.min(to, content.length))

const seededMask = (seed: number): number => 1 + seededRandom(seed).int(255)

const RANDOM_PLACES = 40

/** Damages of one segment. */
const segmentDamages = (
  known: KnownStore,
  file: string,
  path: string,
  isLast: boolean
): Damage[] => {
  const base = Number(path.slice(-20))
  const { length } = known.files.get(path)!
  const records = known.records.filter(({ from }) => from >= base && from < base + length)
  const at = (from: number, to: number): Range[] => [{ from: base + from, to: base + to }]
  const of = (label: string, edit: Edit, touched: readonly Range[]): Case => ({
    label,
    change: edited(path, edit),
    touched
  })
  const tail = records.at(-4)!.from - base
  const one = records[Math.floor(records.length / 2)]!
  const oneBytes = range(one.from - base, one.to - base)
  const random = seededRandom(base + 1)
  const anywhere = range(0, RANDOM_PLACES).map(() => SEGMENT_HEADER_BYTES + random.int(length - SEGMENT_HEADER_BYTES)) // prettier-ignore
  const damages: Damage[] = [
    {
      file,
      damage: 'cut at every byte of its last 4 records',
      cases: some(range(tail, length), 5).map((size) =>
        of(`${size}`, truncate(size), at(size, length))
      )
    },
    {
      file,
      damage: 'each byte of one record changed',
      cases: some(oneBytes, 3).map((i) => of(`${i}`, flip(i, seededMask(i)), at(i, i + 1)))
    },
    {
      file,
      damage: 'single bytes changed at random places',
      cases: anywhere.map((i) => of(`${i}`, flip(i, seededMask(i)), at(i, i + 1)))
    },
    {
      file,
      damage: 'each byte of its header changed',
      cases: range(0, SEGMENT_HEADER_BYTES).map((i) =>
        of(`${i}`, flip(i, seededMask(i)), at(0, SEGMENT_HEADER_BYTES))
      )
    },
    {
      file,
      damage: 'its first 4 KiB zeroed',
      cases: [of('', zero(0, PAGE), at(0, Math.min(PAGE, length)))]
    },
    { file, damage: 'cut to nothing', cases: [of('', truncate(0), at(0, length))] },
    {
      file,
      damage: 'removed',
      cases: [{ label: '', change: (files) => files.delete(path), touched: at(0, length) }]
    },
    {
      file,
      damage: 'renamed to a wrong offset',
      cases: [1, 100].map((by) => ({
        label: `${by}`,
        change: (files) => {
          files.set(`${path.slice(0, -20)}${String(base + by).padStart(20, '0')}`, files.get(path)!)
          files.delete(path)
        },
        touched: at(0, length + by)
      }))
    },
    {
      file,
      damage: 'copied to a wrong offset inside itself',
      cases: [1_000, 3_000].map((by) => ({
        label: `${by}`,
        change: (files) => {
          files.set(`${path.slice(0, -20)}${String(base + by).padStart(20, '0')}`, files.get(path)!)
        },
        touched: [],
        foreign: at(by, by + length)
      }))
    },
    {
      file,
      damage: 'a byte of one record changed, and the checkpoint removed',
      cases: some(oneBytes, 20).map((i) => ({
        label: `${i}`,
        change: (files) => {
          edited(path, flip(i, seededMask(i)))(files)
          files.delete(`${STORE_FOLDER}/checkpoint`)
        },
        touched: at(i, i + 1)
      }))
    }
  ]
  if (!isLast) return damages
  return [
    ...damages,
    {
      file,
      damage: 'each bit of one record changed',
      cases: some(
        oneBytes.flatMap((i) => range(0, 8).map((bit): [number, number] => [i, bit])),
        11
      ).map(([i, bit]) => of(`${i}.${bit}`, flip(i, 1 << bit), at(i, i + 1)))
    },
    {
      file,
      damage: 'zeros or older records behind its end',
      cases: [
        ...[1, 35, 500, PAGE].map(
          (bytes) =>
          of(`${bytes} zeros`, (content) => Buffer.concat([content, Buffer.alloc(bytes)]), at(length, length + bytes)) // prettier-ignore
        ),
        of(
          'older records',
          (content) => Buffer.concat([content, content.subarray(one.from - base)]),
          at(length, length * 2)
        )
      ]
    },
    {
      file,
      damage: 'its last 4 records overwritten with zeros or older ones',
      cases: [
        of('zeros', zero(tail, length), at(tail, length)),
        of(
          'older records',
          (content) => {
            content.copy(content, tail, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES + length - tail)
            return content
          },
          at(tail, length)
        )
      ]
    }
  ]
}

/** Damages of a file that is made from the log: nothing may be lost. */
const derivedDamages = (
  known: KnownStore,
  file: string,
  path: string,
  bytes: { each: number; name: string; from: number; to: number }
): Damage[] => {
  const { length } = known.files.get(path)!
  const of = (label: string, edit: Edit): Case => ({
    label,
    change: edited(path, edit),
    touched: []
  })
  const random = seededRandom(length)
  return [
    {
      file,
      damage: 'cut anywhere',
      cases: some(range(0, length), Math.ceil(length / 40)).map((size) =>
        of(`${size}`, truncate(size))
      )
    },
    {
      file,
      damage: `each byte of ${bytes.name} changed`,
      cases: some(range(bytes.from, Math.min(bytes.to, length)), bytes.each).map((i) =>
        of(`${i}`, flip(i, seededMask(i)))
      )
    },
    {
      file,
      damage: 'single bytes changed at random places',
      cases: range(0, RANDOM_PLACES).map(() => {
        const i = random.int(length)
        return of(`${i}`, flip(i, seededMask(i)))
      })
    },
    { file, damage: 'its first 4 KiB zeroed', cases: [of('', zero(0, PAGE))] },
    {
      file,
      damage: 'zeros behind its end',
      cases: [1, 20, PAGE].map((n) =>
        of(`${n}`, (content) => Buffer.concat([content, Buffer.alloc(n)]))
      )
    },
    {
      file,
      damage: 'removed',
      cases: [{ label: '', change: (files) => files.delete(path), touched: [] }]
    }
  ]
}

const folderRemoved = (file: string, folder: string, touched: readonly Range[]): Damage => ({
  file,
  damage: 'the whole folder removed',
  cases: [
    {
      label: '',
      change: (files) => {
        for (const path of [...files.keys()])
          if (path.startsWith(`${STORE_FOLDER}/${folder}`)) files.delete(path)
      },
      touched
    }
  ]
})

const FOREIGN = [
  'notes.txt',
  '.DS_Store',
  '00000000000000000000.bak',
  '0',
  '00000000000000000001.tmp'
]

export const damagesOf = (known: KnownStore): Damage[] => {
  const below = (folder: string): string[] =>
    [...known.files.keys()].filter((path) => path.startsWith(`${STORE_FOLDER}/${folder}/`)).sort()
  const segments = below('commitlog')
  const queueFiles = below('consumequeue/1/0')
  const tables = below('index')
  const checkpoint = `${STORE_FOLDER}/checkpoint`
  const entry = { each: 1, name: 'one entry', from: 20, to: 40 }
  return [
    ...segmentDamages(known, 'last log segment', segments.at(-1)!, true),
    ...segmentDamages(known, 'sealed log segment', segments[1]!, false),
    folderRemoved('commitlog', 'commitlog', everything),
    ...derivedDamages(known, 'last consume queue file', queueFiles.at(-1)!, { ...entry, from: 0, to: 20 }), // prettier-ignore
    ...derivedDamages(known, 'full consume queue file', queueFiles[0]!, entry),
    {
      file: 'consume queue file',
      damage: 'exchanged with that of another queue',
      cases: [
        {
          label: '',
          change: (files) => files.set(queueFiles[0]!, files.get(below('consumequeue/1/1')[0]!)!),
          touched: []
        }
      ]
    },
    folderRemoved('consumequeue', 'consumequeue', []),
    ...derivedDamages(known, 'index table', tables[0]!, { each: 1, name: 'its header', from: 0, to: 72 }), // prettier-ignore
    {
      file: 'index table',
      damage: 'renamed to a wrong offset',
      cases: [
        {
          label: '',
          change: (files) => {
            files.set(`${tables[0]!.slice(0, -2)}07`, files.get(tables[0]!)!)
            files.delete(tables[0]!)
          },
          touched: []
        }
      ]
    },
    folderRemoved('index', 'index', []),
    ...derivedDamages(known, 'checkpoint', checkpoint, { each: 3, name: 'it', from: 0, to: Infinity }), // prettier-ignore
    {
      file: 'checkpoint',
      damage: 'removed with the folder consumequeue',
      cases: [
        {
          label: '',
          change: (files) => {
            for (const path of [checkpoint, ...below('consumequeue')]) files.delete(path)
          },
          touched: []
        }
      ]
    },
    {
      file: 'any folder',
      damage: 'foreign files in it',
      cases: ['commitlog', 'consumequeue', 'consumequeue/1/0', 'index', '.'].map((folder) => ({
        label: folder,
        change: (files) => {
          for (const name of FOREIGN)
            files.set(`${STORE_FOLDER}/${folder}/${name}`.replace('/./', '/'), Buffer.from('what is this?')) // prettier-ignore
        },
        touched: []
      }))
    }
  ]
}
