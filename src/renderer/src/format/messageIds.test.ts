import { expect, test } from 'vitest'
import { readMessageId, type IdReading } from './messageIds'

const now = new Date(2026, 10, 23, 12).getTime()
const monthBegan = new Date(2026, 10, 1).getTime()
const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0') // prettier-ignore

test.each<[string, string, IdReading | undefined]>([
  [
    'a Java client',
    `7F000001${hex(4711, 4)}18B4AAC2${hex(3_600_000, 8)}0001`,
    { kind: 'unique', host: '127.0.0.1', pid: 4711, at: monthBegan + 3_600_000 }
  ],
  [
    'a Java client at IPv6',
    `00000000000000000000000000000001${hex(7, 4)}18B4AAC2${hex(1000, 8)}0001`,
    { kind: 'unique', host: '[0:0:0:0:0:0:0:1]', pid: 7, at: monthBegan + 1000 }
  ],
  [
    'an id of the month before',
    `7F000001${hex(4711, 4)}18B4AAC2${hex(29 * 86_400_000, 8)}0001`,
    { kind: 'unique', host: '127.0.0.1', pid: 4711, at: new Date(2026, 9, 1).getTime() + 29 * 86_400_000 } // prettier-ignore
  ],
  [
    'a broker',
    `7f000001${hex(10_911, 8)}${hex(4096, 16)}`,
    { kind: 'offset', host: '127.0.0.1:10911', offset: '4096' }
  ],
  [
    'a broker far into its log',
    `C0A80001${hex(10_911, 8)}7FFFFFFFFFFFFFFF`,
    { kind: 'offset', host: '192.168.0.1:10911', offset: '9223372036854775807' }
  ],
  [
    'a broker at IPv6',
    `20010DB8000000000000000000000001${hex(10_911, 8)}${hex(1, 16)}`,
    { kind: 'offset', host: '[2001:db8:0:0:0:0:0:1]:10911', offset: '1' }
  ],
  [
    'a gRPC client',
    `01AABBCCDDEEFF${hex(258, 4)}${hex(60, 8)}00000001`,
    { kind: 'grpc', mac: 'aa:bb:cc:dd:ee:ff', pid: 258, at: Date.UTC(2021, 0, 1, 0, 1) }
  ],
  ['a batch', 'A1,B2', { kind: 'many', count: 2 }],
  ['somebody else', 'order-17', { kind: 'other' }],
  ['hexadecimal digits of another length', 'ABCD', { kind: 'other' }],
  ['nothing', '  ', undefined]
])('the id of %s is told', (_name, id, expected) => {
  expect(readMessageId(id, now)).toEqual(expected)
})
