import { expect, test } from 'vitest'
import { encodeReport, ReportReader, TransferReader, writeTransferHeader } from './haFrames'

const chunked = (bytes: Buffer, size: number): Buffer[] => {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
  return chunks
}

test('a report is the offset, 8 bytes big-endian', () => {
  expect(encodeReport(0x0102030405).toString('hex')).toBe('0000000102030405')
})

test('a transfer begins with offset and size', () => {
  const header = Buffer.alloc(12)
  writeTransferHeader(header, 4096, 300)
  expect(header.toString('hex')).toBe('0000000000001000' + '0000012c')
})

const offsets = [0, 5, 300, 2 ** 40]

test.each([1, 2, 3, 5, 7, 8, 9, 15, 16, 100])(
  'of reports in chunks of %i the newest counts',
  (size) => {
    const reader = new ReportReader()
    const newest: number[] = []
    for (const chunk of chunked(Buffer.concat(offsets.map(encodeReport)), size)) {
      const offset = reader.push(chunk)
      if (offset !== undefined) newest.push(offset)
    }
    expect(newest.at(-1)).toBe(2 ** 40)
    if (size <= 8) expect(newest).toEqual(offsets)
  }
)

const transfer = (offset: number, body: string): Buffer => {
  const frame = Buffer.alloc(12 + body.length, body, 'latin1')
  frame.write(body, 12, 'latin1')
  writeTransferHeader(frame, offset, body.length)
  return frame
}

const stream = Buffer.concat([
  transfer(7, 'abcdef'),
  transfer(13, ''),
  transfer(13, 'x'.repeat(50))
])

test.each([1, 5, 11, 12, 13, 40, 1000])('transfers in chunks of %i come as they were', (size) => {
  const seen: string[] = []
  const reader = new TransferReader({
    onHeader: (offset, bytes) => seen.push(`${offset}+${bytes}:`) > 0,
    onBody: (bytes) => seen.push(bytes.toString('latin1')) > 0
  })
  for (const chunk of chunked(stream, size)) expect(reader.push(chunk)).toBe(true)
  expect(seen.join('')).toBe(`7+6:abcdef13+0:13+50:${'x'.repeat(50)}`)
})

test('nothing more is read once somebody said so', () => {
  const seen: number[] = []
  const reader = new TransferReader({
    onHeader: (offset) => seen.push(offset) < 2,
    onBody: () => true
  })
  expect(reader.push(stream)).toBe(false)
  expect(seen).toEqual([7, 13])
})
