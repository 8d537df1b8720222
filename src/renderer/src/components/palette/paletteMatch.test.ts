import { expect, test } from 'vitest'
import { bestMatches, matchScore, MAX_SHOWN } from './paletteMatch'

const order = (query: string, entries: string[]) =>
  bestMatches(entries, query, (entry) => entry).shown

test.each([
  ['', ['b', 'a'], ['b', 'a']],
  ['top', ['Stop broker-a', 'Topics', 'OrderTopic'], ['Topics', 'Stop broker-a', 'OrderTopic']],
  ['orders', ['OrdersArchive', 'Orders'], ['Orders', 'OrdersArchive']],
  ['nt', ['Count', 'New topic'], ['Count', 'New topic']],
  ['n t', ['Messages', 'New topic'], ['New topic']],
  ['主题', ['新建主题', '消费组', '主题'], ['主题', '新建主题']],
  ['zzz', ['Topics'], []]
])('%j among %j', (query, entries, expected) => {
  expect(order(query, entries)).toEqual(expected)
})

test('what does not fit has no score', () => {
  expect(matchScore('Topics', 'spot')).toBeUndefined()
  expect(matchScore('Topics', 'TPCS')).toBeGreaterThan(0)
})

test('only so many are shown, and it is said how many there are', () => {
  const many = Array.from({ length: MAX_SHOWN + 7 }, (_, i) => `topic-${i}`)
  const { shown, total } = bestMatches(many, 'topic', (entry) => entry)
  expect(shown).toHaveLength(MAX_SHOWN)
  expect(total).toBe(MAX_SHOWN + 7)
})
