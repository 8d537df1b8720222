import { describe, expect, test } from 'vitest'
import { draftBodySize, type BodyEncoding } from '../../../shared/composeForm'
import { hexLine, utf8OfBytes } from './bodies'
import { formatBytes, formatCompact, formatRate } from './numbers'
import { durationParts, formatTimestamp } from './times'

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1536, '1.5 KiB'],
  [4 * 1024 * 1024, '4 MiB'],
  [3.2 * 1024 ** 3, '3.2 GiB']
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en')).toBe(text)
})

test.each([
  [0, '0'],
  [0.4, '0.4'],
  [9.95, '10'],
  [1234.6, '1,235'],
  [250_000, '250K']
])('a rate of %d reads %s', (rate, text) => {
  expect(formatRate(rate, 'en')).toBe(text)
})

test('large counts use the units of the language', () => {
  expect(formatCompact(12_300_000, 'en')).toBe('12.3M')
  expect(formatCompact(123_000, 'zh-CN')).toBe('12.3万')
})

test.each([
  [0, [[0, 'second']]],
  [250, [[250, 'millisecond']]],
  [
    61_000,
    [
      [1, 'minute'],
      [1, 'second']
    ]
  ],
  [3_600_000, [[1, 'hour']]],
  [
    93_784_000,
    [
      [1, 'day'],
      [2, 'hour']
    ]
  ]
])('%d ms is %j', (ms, parts) => {
  expect(durationParts(ms)).toEqual(parts)
})

test('a timestamp of zero means never', () => {
  expect(formatTimestamp(0)).toBe('—')
  expect(formatTimestamp(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe(
    '2026-01-02 03:04:05.006'
  )
})

describe('bodies', () => {
  test.each<[string, Uint8Array, string | undefined]>([
    ['text is text', new TextEncoder().encode('订单 ok\n'), '订单 ok\n'],
    ['broken UTF-8 is not', Uint8Array.of(0xc3, 0x28), undefined],
    ['control characters are not', Uint8Array.of(0, 1, 2, 65), undefined]
  ])('%s', (_name, bytes, text) => {
    expect(utf8OfBytes(bytes)).toBe(text)
  })

  test('a hex line shows offset, bytes and their printable characters', () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, index) => index + 0x38)
    expect(hexLine(bytes, 1)).toEqual({
      key: 1,
      offset: '00000010',
      hex: '48 49 4a 4b  '.padEnd(48),
      ascii: 'HIJK'
    })
  })

  test.each<[string, BodyEncoding, number | undefined]>([
    ['héllo', 'text', 6],
    ['', 'hex', 0],
    ['68 65', 'hex', 2],
    ['6', 'hex', undefined],
    ['aGk=', 'base64', 2],
    ['aGk', 'base64', undefined],
    ['@@@@', 'base64', undefined]
  ])('%j as %s has %s bytes', (body, encoding, size) => {
    expect(draftBodySize(body, encoding)).toBe(size)
  })
})
