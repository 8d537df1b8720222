import { describe, expect, test } from 'vitest'
import { formatHost, hostAddress, parseAddress } from './host'
import { createMessageId, decodeMessageId } from './messageId'
import { appendProperty, formatProperties, getProperty, parseProperties, withProperties } from './properties' // prettier-ignore
import { compressionOf } from './sysFlag'
import { javaHashCode, tagsCodeOf } from './tagsCode'

describe('properties', () => {
  const text = 'KEYS\u0001k1 k2\u0002TAGS\u0001A\u0002UNIQ_KEY\u0001X=Y'

  test.each([
    ['TAGS', 'A'],
    ['KEYS', 'k1 k2'],
    ['UNIQ_KEY', 'X=Y'],
    ['TAG', undefined],
    ['AGS', undefined],
    ['A', undefined]
  ])('%s is %s', (name, value) => {
    expect(getProperty(text, name)).toBe(value)
    expect(getProperty(`${text}\u0002`, name)).toBe(value)
  })

  test('are read in their order whether or not the last separator is there', () => {
    const pairs = [
      ['KEYS', 'k1 k2'],
      ['TAGS', 'A'],
      ['UNIQ_KEY', 'X=Y']
    ]
    expect(parseProperties(text)).toEqual(pairs)
    expect(parseProperties(formatProperties(parseProperties(text)))).toEqual(pairs)
  })

  test('parts without a separator are skipped, later separators belong to the value', () => {
    expect(parseProperties('x\u0002a\u0001b\u0001c\u0002\u0001v')).toEqual([['a', 'b\u0001c']])
  })

  test.each([
    ['', 'a\u0001b\u0002'],
    ['x\u0001y', 'x\u0001y\u0002a\u0001b\u0002'],
    ['x\u0001y\u0002', 'x\u0001y\u0002a\u0001b\u0002']
  ])('appending to %j accepts both endings', (before, after) => {
    expect(appendProperty(before, 'a', 'b')).toBe(after)
  })

  test.each([
    ['', { a: 'b' }, 'a\u0001b\u0002'],
    ['x\u0001y', { a: 'b' }, 'x\u0001y\u0002a\u0001b\u0002'],
    ['x\u0001y\u0002', { a: 'b', c: undefined }, 'x\u0001y\u0002a\u0001b\u0002'],
    ['a\u0001old\u0002x\u0001y', { a: 'b' }, 'x\u0001y\u0002a\u0001b\u0002'],
    ['a\u0001old\u0002x\u0001y\u0002', { a: undefined }, 'x\u0001y\u0002'],
    ['aa\u0001a\u0002', { a: 'b' }, 'aa\u0001a\u0002a\u0001b\u0002']
  ])('of %j with %j set', (before, changes, after) => {
    expect(withProperties(before, changes)).toBe(after)
  })
})

describe('ids and hosts', () => {
  test.each([
    ['10.0.0.2', 10_911, 1000, '0A00000200002A9F00000000000003E8'],
    ['fd00::2', 10_911, 1000, 'FD00000000000000000000000000000200002A9F00000000000003E8']
  ])('the offset id of %s:%i at %i', (ip, port, offset, id) => {
    expect(createMessageId(hostAddress(ip, port), offset)).toBe(id)
    const decoded = decodeMessageId(id)
    expect(decoded?.physicalOffset).toBe(offset)
    expect(decoded?.storeHost).toEqual(hostAddress(ip, port))
  })

  test.each(['', 'xyz', '0A', `${'F'.repeat(32)}`])('%j is no offset id', (id) => {
    expect(decodeMessageId(id)).toBeUndefined()
  })

  test.each([
    ['127.0.0.1', '127.0.0.1:80'],
    ['::ffff:10.1.2.3', '10.1.2.3:80'],
    ['::1', '[::1]:80'],
    ['fe80::1%eth0', '[fe80::1]:80'],
    ['2001:db8::7', '[2001:db8::7]:80'],
    ['1:2:3:4:5:6:7:8', '[1:2:3:4:5:6:7:8]:80']
  ])('%s is shown as %s', (ip, shown) => {
    expect(formatHost(hostAddress(ip, 80))).toBe(shown)
  })

  test('addresses are split, bad ones are told', () => {
    expect(parseAddress('localhost:9876')).toEqual({ host: 'localhost', port: 9876 })
    expect(parseAddress('[::1]:9876')).toEqual({ host: '::1', port: 9876 })
    for (const bad of ['localhost', 'a:b', 'a:99999', '1:2:3', ''])
      expect(parseAddress(bad)).toBeUndefined()
  })
})

test.each([
  ['TagA', 2_598_919],
  ['TagB', 2_598_920],
  ['', 0]
])("tags code of %j is Java's hash", (tag, code) => {
  expect(tagsCodeOf(tag)).toBe(code)
  expect(tag === '' ? 0 : javaHashCode(tag)).toBe(code)
})

test.each([
  [0, 'none'],
  [1, 'zlib'],
  [0x101, 'lz4'],
  [0x201, 'zstd'],
  [0x301, 'zlib'],
  [0x300, 'none']
])('sysFlag %i means %s', (sysFlag, expected) => {
  expect(compressionOf(sysFlag)).toBe(expected)
})
