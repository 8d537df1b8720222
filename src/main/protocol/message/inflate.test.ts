import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inflate, type Compression } from './inflate'
import { InflateError } from './inflateError'

const file = join(import.meta.dirname, '../../../../tests/fixtures/compressed/frames.json')
const frames = new Map(
  Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>).map(
    ([name, text]) => [name, Buffer.from(text, 'base64')]
  )
)
const MIB = 1024 * 1024

/** What the fixtures were made from; see tests/fixtures/README.md. */
const text = Buffer.from(Array.from({ length: 6000 }, (_, i) => `order ${i % 50} 订单\n`).join(''))
const noise = (() => {
  let x = 1
  return Buffer.from(
    Array.from({ length: 3000 }, () => {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      return x & 255
    })
  )
})()

const typeOf = (name: string): Compression => (name.startsWith('lz4') ? 'lz4' : 'zstd')
const problemOf = (body: Buffer, compression: Compression, maxBytes = MIB): unknown => {
  try {
    inflate(body, compression, maxBytes)
    return undefined
  } catch (error) {
    return error instanceof InflateError ? error.problem : error
  }
}

describe.each([...frames])('%s, made by the reference program', (name, frame) => {
  const whole = name.endsWith('noise') ? noise : text
  test('is read', () => {
    expect(inflate(frame, typeOf(name), whole.length).equals(whole)).toBe(true)
  })

  test('one byte above the limit is too large, and says so', () => {
    expect(problemOf(frame, typeOf(name), whole.length - 1)).toBe('TOO_LARGE')
    expect(() => inflate(frame, typeOf(name), whole.length - 1)).toThrow(
      `larger than ${whole.length - 1} bytes`
    )
  })

  test('cut off anywhere it is damaged, never read as less', () => {
    for (let end = 0; end < frame.length - 8; end += 1 + (end >> 5)) {
      // Nothing at all is what an empty body would be.
      const expected = end === 0 && typeOf(name) === 'lz4' ? undefined : 'DAMAGED'
      expect([end, problemOf(frame.subarray(0, end), typeOf(name))]).toEqual([end, expected])
    }
  })

  test('changed anywhere it is something else or damaged, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = Buffer.from(frame)
        changed[at] = changed[at]! ^ bits
        expect([undefined, 'DAMAGED', 'TOO_LARGE']).toContain(problemOf(changed, typeOf(name)))
      }),
      { numRuns: 300 }
    )
  })
})

test('two frames and a skippable one between them are one body', () => {
  const skippable = Buffer.from('502a4d1803000000aabbcc', 'hex')
  for (const name of ['lz4 sized', 'zstd sized']) {
    const frame = frames.get(name)!
    const body = Buffer.concat([frame, skippable, frame])
    expect(inflate(body, typeOf(name), MIB).equals(Buffer.concat([text, text]))).toBe(true)
  }
})

test('zlib', () => {
  expect(inflate(deflateSync(text), 'zlib', MIB).equals(text)).toBe(true)
  expect(problemOf(deflateSync(text), 'zlib', text.length - 1)).toBe('TOO_LARGE')
  expect(problemOf(Buffer.from('no zlib'), 'zlib')).toBe('DAMAGED')
})

test.each([
  ['a window of a terabyte', '28b52ffd04f0010000'],
  ['a single segment of an exabyte', '28b52ffde00000000000000010010000']
])('%s is refused before it is allocated', (_name, hex) => {
  expect(problemOf(Buffer.from(hex, 'hex'), 'zstd')).toBe('TOO_LARGE')
})

test('what is not compressed stays itself', () => {
  expect(inflate(text, 'none', 1)).toBe(text)
})
