import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileSqlFilter } from './sqlFilter'
import { storedMessage, type Properties } from './sqlRig'

const isMatch = (expression: string, properties: Properties = {}): boolean =>
  compileSqlFilter(expression).matches(storedMessage(properties))

describe('as the table says', () => {
  test.each([
    ['a = 5', { a: '5' }, true],
    ['a = 5', { a: '5.0' }, false],
    ['a = 5.0', { a: '5' }, true],
    ['a = 5', { a: '+5' }, true],
    ['a = 5', { a: '-5' }, false],
    ['a = -5', { a: '-5' }, true],
    ['a > 5', { a: '5.5' }, false],
    ['a > 5.0', { a: '5.5' }, true],
    ['a > 5', { a: '2147483647' }, true],
    ['a > 5', { a: '2147483648' }, false],
    ['a > 2147483648', { a: '9223372036854775807' }, true],
    ['a < 2147483648', { a: '9223372036854775808' }, false],
    ['a BETWEEN 1 AND 3', { a: '3' }, true],
    ['a BETWEEN 1 AND 3', { a: '4' }, false],
    ['a NOT BETWEEN 1 AND 3', { a: '4' }, true],
    ['5 > a', { a: '4' }, true],
    ['a > b', { a: '10', b: '9' }, true],
    ['a > b', { a: '1e1', b: '9f' }, true],
    ['a > b', { a: 'NaN', b: 'Infinity' }, true],
    ['a > b', { a: 'x', b: '9' }, false],
    ['a = b', { a: '1', b: '1.0' }, false],
    ["a = 'x'", { a: 'x' }, true],
    ["a <> 'x'", { a: 'X' }, true],
    ["TAGS = 'TagA' AND KEYS IN ('k1', 'k2')", { TAGS: 'TagA', KEYS: 'k2' }, true],
    ["A = 'x'", { a: 'x' }, false],
    ['a = TRUE', { a: 'tRUE' }, true],
    ['a = FALSE', { a: 'no' }, true],
    ['TRUE = a', { a: 'true' }, false],
    ['TRUE', {}, true],
    ['NULL', {}, false],
    ['a', { a: 'true' }, false],
    ['NOT a', { a: 'true' }, true],
    ['NOT a', {}, false],
    ["a CONTAINS '色'", { a: '红色的' }, true],
    ["a NOT CONTAINS 'x'", { a: 'abc' }, true],
    ["a STARTSWITH 'ab'", { a: 'abc' }, true],
    ["a ENDSWITH 'bc'", { a: 'abc' }, true],
    ["a CONTAINS ''", { a: 'abc' }, false],
    ["a NOT CONTAINS ''", { a: 'abc' }, false]
  ])('%s of %j: %s', (expression, properties, expected) => {
    expect(isMatch(expression, properties)).toBe(expected)
  })
})

describe('what is absent', () => {
  test.each([
    ['a = 1', false],
    ['NOT (a = 1)', false],
    ['a <> 1', false],
    ['1 = a', false],
    ['1 <> a', true],
    ['a = b', true],
    ['a > 1', false],
    ['NOT (a > 1)', false],
    ['a IS NULL', true],
    ['a IS NOT NULL', false],
    ["a IN ('x')", false],
    ["a NOT IN ('x')", false],
    ["a CONTAINS 'x'", false],
    ["a NOT CONTAINS 'x'", false],
    ["NOT (a NOT CONTAINS 'x')", true],
    ['a = 1 OR TRUE', true],
    ['a = 1 AND TRUE', false],
    ['(a = 1) IS NULL', true],
    ['(a = 1 AND FALSE) IS NULL', false],
    ['(a = 1 OR TRUE) IS NULL', false]
  ])('%s: %s', (expression, expected) => {
    expect(isMatch(expression)).toBe(expected)
  })
})

test.each([
  ['a > 5 OR TRUE', false],
  ['TRUE OR a > 5', true],
  ['NOT (a > 5)', false],
  ['(a > 5) IS NULL', false],
  ['FALSE AND a > 5 OR TRUE', true]
])('what cannot be converted ends it all, unless it is not needed: %s', (expression, expected) => {
  expect(isMatch(expression, { a: 'x' })).toBe(expected)
})

/** Expressions at random, each with properties and what the evaluator of a stock broker 5.3.3 made of them. */
const stock = readFileSync(
  resolve(import.meta.dirname, '../../../../tests/fixtures/sql/stock533.jsonl'),
  'utf8'
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as [expression: string, properties: Properties, outcome: string])

test('a stock broker judges alike', () => {
  const count: Record<string, number> = {}
  for (const [expression, properties, outcome] of stock) {
    count[outcome] = (count[outcome] ?? 0) + 1
    if (outcome === 'REFUSED')
      expect(() => compileSqlFilter(expression), expression).toThrow(/^at /) // prettier-ignore
    else expect(isMatch(expression, properties), expression).toBe(outcome === 'TRUE')
  }
  expect(Math.min(...Object.values(count))).toBeGreaterThan(200)
  expect(Object.keys(count).sort()).toEqual(['ERROR', 'FALSE', 'NULL', 'REFUSED', 'TRUE'])
})

describe('where properties stand', () => {
  const a5 = 'a\u00015'
  test.each([
    ['behind hosts of IPv6', storedMessage(a5, { born: '::1', store: '::2' })],
    ['behind one host of IPv6', storedMessage(a5, { store: '::2' })],
    ['behind a long topic', storedMessage(a5, { topic: 'T'.repeat(200) })],
    ['without the last separator', storedMessage(`b\u00016\u0002${a5}`)],
    ['first', storedMessage(`${a5}\u0002b\u00016\u0002`)],
    ['twice, where the last counts', storedMessage(`a\u00019\u0002${a5}\u0002`)],
    ['behind longer and shorter names', storedMessage(`aa\u00016\u0002\u00017\u0002a\u0002${a5}`)],
    ['in a view into the log', Buffer.concat([Buffer.alloc(33), storedMessage(a5)]).subarray(33)]
  ])('%s', (_name, message) => {
    expect(compileSqlFilter('a = 5').matches(message)).toBe(true)
  })

  test.each(['a\u0001', 'a', 'ba\u00015', 'b\u0001a\u00015', 'a\u0001\u00025'])(
    'not there: %j',
    (text) => {
      // prettier-ignore
      expect(compileSqlFilter('a IS NULL').matches(storedMessage(text))).toBe(true)
    }
  )

  test('one filter judges message after message', () => {
    const { matches } = compileSqlFilter('a = 1 OR b = 1')
    const judge = (properties: Properties): boolean => matches(storedMessage(properties))
    expect([judge({ a: '1' }), judge({ b: '2' }), judge({ b: '1' }), judge({})]).toEqual([true, false, true, false]) // prettier-ignore
  })
})

describe('in linear time', () => {
  const long = 32_000
  test.each([
    ['a text that almost fits everywhere', `a CONTAINS '${'x'.repeat(8000)}y'`, 'x'.repeat(long)],
    ['a whole number of thousands of digits', 'a = 2147483648', '1'.repeat(long)],
    ['a whole number of thousands of zeros', 'a = 2147483648', `${'0'.repeat(long)}x`],
    ['a fraction that is none at the end', 'a = 5.5', `${'1'.repeat(long)}x`],
    ['one with a point', 'a = 5.5', `.${'1'.repeat(long)}x`]
  ])('%s', (_name, expression, value) => {
    const { matches } = compileSqlFilter(expression)
    const message = storedMessage({ a: value })
    // Quadratic time would be seconds each.
    for (let i = 0; i < 100; i++) expect(matches(message)).toBe(false)
  })
})
