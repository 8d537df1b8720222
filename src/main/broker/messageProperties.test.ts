import { describe, expect, test } from 'vitest'
import { PropertyStamp, readIncoming } from './messageProperties'

const text = (...pairs: [string, string][]): string =>
  pairs.map(([name, value]) => `${name}\u0001${value}\u0002`).join('')

describe('readIncoming', () => {
  test.each([
    ['nothing', '', {}],
    ['tags and key', text(['TAGS', 'A'], ['UNIQ_KEY', 'K']), { tags: 'A', uniqKey: 'K' }],
    ['4.9 without the last separator', 'TAGS\u0001A', { tags: 'A' }],
    ['parts without a separator', '\u0002TAGS\u0002TAGS\u0001A\u0002', { tags: 'A' }],
    ['a half message', text(['TRAN_MSG', 'true']), { isTransaction: true }],
    ['TRAN_MSG=false', text(['TRAN_MSG', 'false']), {}],
    ['a name that only begins so', text(['TAGS2', 'A']), {}],
    ['a value that looks like a name', text(['k', 'DELAY']), {}],
    ['what only brokers set', text(['CLUSTER', 'C']), { hasBrokerOwn: true }]
  ])('%s', (_name, properties, expected) => {
    expect(readIncoming(properties)).toEqual({
      tags: undefined,
      uniqKey: undefined,
      isTransaction: false,
      hasBrokerOwn: false,
      ...expected
    })
  })
})

describe('PropertyStamp', () => {
  const config = { regionId: 'R', traceOn: true }
  const stamp = new PropertyStamp(config, { cluster: 'C' })
  const added = text(['MSG_REGION', 'R'], ['TRACE_ON', 'true'], ['CLUSTER', 'C'])
  const apply = (properties: string) => stamp.apply(properties, readIncoming(properties), () => 'NEW') // prettier-ignore

  test.each([
    ['both endings clients use', 'UNIQ_KEY\u0001K', text(['UNIQ_KEY', 'K']) + added],
    ['a missing unique key', text(['a', 'b']), text(['a', 'b'], ['UNIQ_KEY', 'NEW']) + added],
    ['no properties', '', text(['UNIQ_KEY', 'NEW']) + added],
    ['forged ones', text(['CLUSTER', 'X'], ['UNIQ_KEY', 'K'], ['POP_CK', 'x']), text(['UNIQ_KEY', 'K']) + added] // prettier-ignore
  ])('%s', (_name, properties, expected) => {
    expect(apply(properties)).toBe(expected)
  })

  test('follows the hot properties', () => {
    config.regionId = 'R2'
    expect(apply(text(['UNIQ_KEY', 'K']))).toContain('MSG_REGION\u0001R2\u0002')
  })
})
