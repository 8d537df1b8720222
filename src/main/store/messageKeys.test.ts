import { expect, test } from 'vitest'
import { javaHashCode } from '../protocol/message/tagsCode'
import { indexKeyHash, KeyHasher, messageKeys } from './messageKeys'

test('keys and hashes are RocketMQ’s', () => {
  expect(messageKeys('KEYS\u0001b c\u0002UNIQ_KEY\u0001a\u0002')).toEqual(['a', 'b', 'c'])
  expect(messageKeys('TAGS\u0001x\u0002')).toEqual([])
  expect(indexKeyHash('T', 'a')).toBe(Math.abs(javaHashCode('T#a')))
})

test.each([
  '',
  'KEYS',
  'KEYS\u0001',
  'KEYS\u0001\u0002UNIQ_KEY\u0001\u0002',
  'KEYS\u0001a\u0002',
  'KEYS\u0001a',
  'KEYS\u0001 a  b \u0002KEYS\u0001c\u0002',
  'UNIQ_KEY\u0001x y\u0002KEYS\u0001订单 x\u0002',
  'TAGS\u0001UNIQ_KEY\u0002KEYSX\u0001no\u0002UNIQ_KEY\u0001i\u0002',
  '\u0002\u0002UNIQ_KEY\u0001\u0002UNIQ_KEY\u0001second\u0002KEYS\u0001polygenelubricants\u0002'
])('hashes of keys are those of the keys one by one: %j', (properties) => {
  const hasher = new KeyHasher()
  for (const topic of ['T', 'another', 'T', '']) {
    const hashes = messageKeys(properties).map((key) => indexKeyHash(topic, key))
    expect([...hasher.hashesOf(topic, properties)].sort()).toEqual(hashes.sort())
  }
})
