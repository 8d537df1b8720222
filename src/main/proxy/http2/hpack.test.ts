import { describe, expect, test } from 'vitest'
import { encodeHeaders, HeaderDecoder } from './hpack'

const MAX_BYTES = 16_384
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

const request = (more: Record<string, string>): Record<string, string> => ({
  ':method': 'GET',
  ':authority': 'www.example.com',
  ...more
})

// RFC 7541, appendix C.3 and C.4: three requests of one connection.
describe.each([
  [
    'as it is',
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65'
    ]
  ],
  [
    'in Huffman code',
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'
    ]
  ]
])('text %s', (_how, blocks) => {
  test('is read with the tables', () => {
    const decoder = new HeaderDecoder(MAX_BYTES)
    expect(blocks.map((block) => ({ ...decoder.decode(bytes(block)).headers }))).toEqual([
      request({ ':scheme': 'http', ':path': '/' }),
      request({ ':scheme': 'http', ':path': '/', 'cache-control': 'no-cache' }),
      request({ ':scheme': 'https', ':path': '/index.html', 'custom-key': 'custom-value' })
    ])
  })
})

const literal = (name: string, value: string): Buffer => {
  const text = (s: string): Buffer => Buffer.concat([Buffer.from([s.length]), Buffer.from(s)])
  return Buffer.concat([Buffer.from([0x40]), text(name), text(value)])
}

test('the oldest leave a full table, and a smaller table forgets', () => {
  const decoder = new HeaderDecoder(MAX_BYTES)
  // 100 + 1 + 32 bytes each: thirty of them fit.
  for (let i = 0; i < 40; i++) decoder.decode(literal(`h${i}`.padEnd(100, '-'), 'v'))
  const nameAt = (index: number): string | undefined =>
    Object.keys(decoder.decode(Buffer.from([0x80 | index])).headers)[0]
  expect(nameAt(62)).toMatch(/^h39-/)
  expect(nameAt(91)).toMatch(/^h10-/)
  expect(() => nameAt(92)).toThrow('92')
  decoder.decode(bytes('20'))
  expect(() => nameAt(62)).toThrow('62')
})

test('a header that comes twice is one, and __proto__ is a name', () => {
  const decoder = new HeaderDecoder(MAX_BYTES)
  const block = [literal('a', '1'), literal('a', '2'), literal('__proto__', 'x')]
  const { headers } = decoder.decode(Buffer.concat(block))
  expect(Object.entries(headers)).toEqual([
    ['a', '1, 2'],
    ['__proto__', 'x']
  ])
})

test('too much is said, and what comes after it is still understood', () => {
  const decoder = new HeaderDecoder(200)
  const { isTooLarge, headers } = decoder.decode(
    Buffer.concat([literal('a', '1'), literal('b', 'x'.repeat(120)), literal('c', '3')])
  )
  expect(isTooLarge).toBe(true)
  expect(Object.keys(headers)).toEqual(['a', 'b'])
  expect(decoder.decode(Buffer.from([0x80 | 62])).headers).toMatchObject({ c: '3' })
})

test.each([
  ['no such entry', 'be'],
  ['entry 0', '80'],
  ['an integer without end', 'ffffffffffffffff'],
  ['a name that ends too early', '40 0a 61'],
  ['a value that is not there', '40 01 61'],
  ['a table that is too large', '3f e2 1f'],
  ['a table that changes after a header', '82 20'],
  ['Huffman code of the end of text', '00 01 61 84 ffff ffff'],
  ['padding of zeros', '00 01 61 81 18'],
  ['padding of a whole byte', '00 01 61 82 1f ff']
])('%s is refused', (_what, hex) => {
  expect(() => new HeaderDecoder(MAX_BYTES).decode(bytes(hex))).toThrow(RangeError)
})

test.each([0, 1, 126, 127, 128, 300, 5000])('a value of %s characters is written', (length) => {
  const headers = { 'grpc-message': 'm'.repeat(length), 'grpc-status': '3' }
  expect({ ...new HeaderDecoder(MAX_BYTES).decode(encodeHeaders(headers)).headers }).toEqual(
    headers
  )
})
