import { describe, expect, test } from 'vitest'
import { isRequest, isTrailers } from './fieldRules'
import { encodeHeaders, HeaderDecoder } from './hpack'

const MAX_BYTES = 16_384

const seen = (fields: readonly (readonly [name: string, value: string])[]): number => {
  const block = Buffer.concat(fields.map(([name, value]) => encodeHeaders({ [name]: value })))
  return new HeaderDecoder(MAX_BYTES).decode(block).fields
}

type Fields = readonly (readonly [name: string, value: string])[]

const method = [':method', 'POST'] as const
const scheme = [':scheme', 'http'] as const
const path = [':path', '/a'] as const
const whole: Fields = [method, scheme, path]

describe('a request', () => {
  test.each<[string, Fields]>([
    ['with what it has to have', whole],
    ['in another order', [path, [':authority', 'a:1'], scheme, method]],
    ['of gRPC', [...whole, ['te', 'trailers'], ['content-type', 'application/grpc']]],
    ['with names of every kind', [...whole, ['x-mq_1.a~!#', '红色'], ['__proto__', '']]],
    ['that says its length', [...whole, ['content-length', '0']]]
  ])('%s', (_what, fields) => {
    expect(isRequest(seen(fields))).toBe(true)
  })

  test.each<[string, Fields]>([
    ['without a method', [scheme, path]],
    ['without a scheme', [method, path]],
    ['without a path', [method, scheme]],
    ['with an empty path', [method, scheme, [':path', '']]],
    ['with two methods', [method, ...whole]],
    ['with two schemes', [scheme, ...whole]],
    ['with two paths', [...whole, path]],
    ['with a pseudo field of nobody', [...whole, [':test', 'x']]],
    ['with one of answers', [...whole, [':status', '200']]],
    ['with one after the others', [method, scheme, ['a', 'b'], path]],
    ['with a name in upper case', [...whole, ['X-Test', 'a']]],
    ['with a name of two words', [...whole, ['x test', 'a']]],
    ['with a name that is empty', [...whole, ['', 'a']]],
    ['with a name beyond ASCII', [...whole, ['x\u00e4', 'a']]],
    ['with a value of two lines', [...whole, ['a', 'b\r\nc: d']]],
    ['with a value that ends at a zero', [...whole, ['a', 'b\0']]],
    ['with connection', [...whole, ['connection', 'keep-alive']]],
    ['with transfer-encoding', [...whole, ['transfer-encoding', 'chunked']]],
    ['with te of more than trailers', [...whole, ['te', 'trailers, deflate']]],
    ['with a length that is no number', [...whole, ['content-length', '4, 4']]]
  ])('%s is none', (_what, fields) => {
    expect(isRequest(seen(fields))).toBe(false)
  })

  test('that is bad once is good again with another value', () => {
    const decoder = new HeaderDecoder(MAX_BYTES)
    const begin = Buffer.from([0x83, 0x86, 0x84])
    const te = (value: string): Buffer => Buffer.from(`@\x02te${String.fromCharCode(value.length)}${value}`) // prettier-ignore
    const again = Buffer.concat([Buffer.from([0x7e, 8]), Buffer.from('trailers')])
    const isGood = (...fields: Buffer[]): boolean =>
      isRequest(decoder.decode(Buffer.concat([begin, ...fields])).fields)
    expect(isGood(te('gzip'))).toBe(false)
    expect(isGood(Buffer.from([0xbe]))).toBe(false)
    expect(isGood(again)).toBe(true)
    expect(isGood(Buffer.from([0xbe]))).toBe(true)
  })
})

test.each<[boolean, Fields]>([
  [true, [['grpc-status', '0']]],
  [true, []],
  [false, [method]],
  [false, [['A', 'b']]]
])('trailers: %s', (isFine, fields) => {
  expect(isTrailers(seen(fields))).toBe(isFine)
})
