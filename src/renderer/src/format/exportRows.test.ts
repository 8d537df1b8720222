import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { exportRows, MAX_XLSX_CELL_CHARS, type ExportColumn } from './exportRows'

interface Row {
  name: string
  times: number
  body?: string
}
const columns: ExportColumn<Row>[] = [
  { key: 'name', title: '名称', value: ({ name }) => name },
  { key: 'times', title: 'Times', value: ({ times }) => times },
  { key: 'body', title: 'Body', value: ({ body }) => body }
]

const written = async (kind: 'json' | 'csv', rows: Row[]): Promise<string> =>
  Buffer.from(await (await exportRows(kind, columns, rows)).arrayBuffer()).toString('utf8')

/** The texts of a zip's files, by name; a zip's local headers are enough for one that was just made. */
const unzip = (zip: Buffer): Map<string, string> => {
  const files = new Map<string, string>()
  let at = zip.readUInt32LE(zip.length - 6)
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [size, nameLength] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)]
    const local = zip.readUInt32LE(at + 42)
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(from, from + size)
    const isStored = zip.readUInt16LE(at + 10) === 0
    files.set(
      zip.toString('utf8', at + 46, at + 46 + nameLength),
      (isStored ? bytes : inflateRawSync(bytes)).toString('utf8')
    )
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return files
}
const sheetOf = async (rows: Row[]): Promise<string> => {
  const blob = await exportRows('xlsx', columns, rows)
  const files = unzip(Buffer.from(await blob.arrayBuffer()))
  return [...files].flatMap(([name, text]) => (/sheet1|sharedStrings/.test(name) ? [text] : [])).join('') // prettier-ignore
}

test('JSON holds every value as it is, under the key of its column', async () => {
  expect(JSON.parse(await written('json', [{ name: '=1+1', times: 2 }]))).toEqual([
    { name: '=1+1', times: 2 }
  ])
})

test('CSV begins with a byte order mark and quotes what needs it', async () => {
  const text = await written('csv', [{ name: 'a,"b"', times: -1, body: 'one\ntwo' }])
  expect(text).toBe('\ufeff名称,Times,Body\r\n"a,""b""",-1,"one\ntwo"')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=1', '\n=1', '=1\nsecond line', '＝1'])(
  '%j is text in CSV, never a formula',
  async (name) => {
    const text = await written('csv', [{ name, times: 0 }])
    expect(text.split('\r\n').slice(1).join('\r\n')).toBe(`"'${name}",0,`)
  }
)

test('in XLSX a formula is a text, and what XML cannot hold is written out', async () => {
  const sheet = await sheetOf([{ name: '=1+1', times: 7, body: 'a\u0000b\ud800c<d>' }])
  expect(sheet).toContain('=1+1')
  expect(sheet).not.toContain('<f>')
  expect(sheet).toContain('<v>7</v>')
  expect(sheet).toContain('a\\u0000b\\ud800c&lt;d&gt;')
})

test('a cell longer than Excel takes is cut, and says by how much', async () => {
  const sheet = await sheetOf([{ name: 'x'.repeat(MAX_XLSX_CELL_CHARS + 5), times: 0 }])
  const note = ' … +5'
  expect(sheet).toContain('x'.repeat(MAX_XLSX_CELL_CHARS - note.length) + note)
  expect(sheet).not.toContain('x'.repeat(MAX_XLSX_CELL_CHARS - note.length + 1))
})
