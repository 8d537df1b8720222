import { expect, test } from 'vitest'
import { MAX_FEED_CHARS, MAX_FEED_ROWS } from '../../../../shared/composeLimits'
import { readFeed } from './feedFile'

test('a CSV file: known columns are fields, the others properties', async () => {
  const text = 'body,Tag,key,colour\n"a, b",T1,k1,red\nplain,,,\n'
  expect(await readFeed('orders.csv', text)).toEqual({
    name: 'orders.csv',
    rows: [
      { body: 'a, b', tags: 'T1', keys: 'k1', properties: [['colour', 'red']] },
      { body: 'plain' }
    ],
    problems: [],
    beyond: 0
  })
})

test.each([
  ['orders.json', '[{"body":{"a":1},"properties":{"c":2}}]'],
  ['orders.jsonl', '{"body":{"a":1},"properties":{"c":2}}\n']
])('%s: an object is a message, a body that is JSON is its text', async (name, text) => {
  expect(await readFeed(name, text)).toMatchObject({
    rows: [{ body: '{"a":1}', properties: [['c', '2']] }]
  })
})

test('rows that cannot be sent are named', async () => {
  const text = 'body,UNIQ_KEY\n,\nx,1\ny,\na,b,c\n'
  expect(await readFeed('a.csv', text)).toMatchObject({
    rows: [{ body: 'y' }],
    problems: [
      { row: 2, reason: 'reserved' },
      { row: 4, reason: 'damaged' }
    ].map((problem) => expect.objectContaining({ reason: problem.reason }) as unknown)
  })
  expect(await readFeed('a.json', '[1, {"tag":"t"}]')).toMatchObject({
    rows: [],
    problems: [
      { row: 1, reason: 'notAnObject' },
      { row: 2, reason: 'noBody' }
    ]
  })
})

test('files that are too large, no JSON or empty are told apart', async () => {
  expect(await readFeed('a.csv', 'x'.repeat(MAX_FEED_CHARS + 1))).toBe('tooLarge')
  expect(await readFeed('a.json', '{')).toBe('notJson')
  expect(await readFeed('a.csv', 'body\n')).toBe('noRows')
})

test('rows beyond the limit are counted', async () => {
  const text = `body\n${'x\n'.repeat(MAX_FEED_ROWS + 5)}`
  const feed = await readFeed('a.csv', text)
  expect(feed).toMatchObject({ beyond: 5 })
  expect(typeof feed === 'object' && feed.rows).toHaveLength(MAX_FEED_ROWS)
})
