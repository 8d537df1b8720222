import { describe, expect, test } from 'vitest'
import {
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_LENGTH,
  MAX_EXPRESSION_NODES,
  MAX_EXPRESSION_PROPERTIES,
  SqlSyntaxError
} from './sqlExpression'
import { parseSql } from './sqlParser'
import { withoutPositions } from './sqlRig'

const tree = (text: string): unknown => withoutPositions(parseSql(text))

const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ kind: 'property', name }))
const int = (value: number) => ({ kind: 'integer', value: `${value}n` })
const is = (left: unknown, right: unknown) => ({ kind: 'equal', isNegated: false, left, right })
const order = (left: unknown, operator: string, right: unknown) => ({ kind: 'order', operator, left, right }) // prettier-ignore
const all = (...operands: unknown[]) => ({ kind: 'and', operands })
const any = (...operands: unknown[]) => ({ kind: 'or', operands })
const not = (operand: unknown) => ({ kind: 'not', operand })

describe('what binds tighter', () => {
  test.each([
    ['a = 1 OR b = 2 AND c = 3', any(is(a, int(1)), all(is(b, int(2)), is(c, int(3))))],
    ['(a = 1 OR b = 2) AND c = 3', all(any(is(a, int(1)), is(b, int(2))), is(c, int(3)))],
    ['a AND b AND c', all(a, b, c)],
    ['a AND (b AND c)', all(a, all(b, c))],
    ['NOT a = b', is(not(a), b)],
    ['NOT (a = b)', not(is(a, b))],
    ['a = b > 1', is(a, order(b, '>', int(1)))],
    ['a = b IS NULL', { kind: 'isNull', isNegated: false, operand: is(a, b) }],
    ['a = b = c', is(is(a, b), c)],
    ['a > - 1', order(a, '>', { kind: 'negate', operand: int(1) })],
    [
      '- - a < + 1',
      order({ kind: 'negate', operand: { kind: 'negate', operand: a } }, '<', int(1))
    ],
    ['a BETWEEN 1 AND 2 AND b', all({ kind: 'between', isNegated: false, value: a, low: int(1), high: int(2) }, b)] // prettier-ignore
  ])('%s', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  })
})

describe('each rule', () => {
  test.each([
    ['a >= 1', order(a, '>=', int(1))],
    ['a <= 1', order(a, '<=', int(1))],
    ['a < 1', order(a, '<', int(1))],
    ['a <> 1', { ...is(a, int(1)), isNegated: true }],
    ['a IS NOT NULL', { kind: 'isNull', isNegated: true, operand: a }],
    ['a NOT BETWEEN 2 AND 1', { kind: 'between', isNegated: true, value: a, low: int(2), high: int(1) }],
    ["a IN ('x')", { kind: 'in', isNegated: false, property: 'a', values: ['x'] }],
    ["(a) NOT IN ('x', 'y')", { kind: 'in', isNegated: true, property: 'a', values: ['x', 'y'] }],
    ["a CONTAINS 'x'", { kind: 'search', operator: 'CONTAINS', isNegated: false, value: a, text: 'x' }],
    ["a NOT STARTSWITH 'x'", { kind: 'search', operator: 'STARTSWITH', isNegated: true, value: a, text: 'x' }],
    ["'x' ENDSWITH 'x'", { kind: 'search', operator: 'ENDSWITH', isNegated: false, value: { kind: 'text', value: 'x' }, text: 'x' }],
    ['TRUE', { kind: 'boolean', value: true }],
    ['null', { kind: 'boolean' }],
    ['a', a]
  ])('%s', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  }) // prettier-ignore
})

describe('words, numbers, texts', () => {
  const right = (text: string): unknown => (tree(`a = ${text}`) as { right: unknown }).right
  const double = (value: number) => ({ kind: 'double', value })
  const text = (value: string) => ({ kind: 'text', value })

  test.each([
    ['0', int(0)],
    ['5', int(5)],
    ['5L', int(5)],
    ['5l', int(5)],
    ['9223372036854775807', { kind: 'integer', value: '9223372036854775807n' }],
    ['5.5', double(5.5)],
    ['5.', double(5)],
    ['.5', double(0.5)],
    ['5E3', double(5000)],
    ['5.e-1', double(0.5)],
    ['.5e+1', double(5)],
    ['007.5', double(7.5)],
    ["''", text('')],
    ["'it''s'", text("it's")],
    ["''''", text("'")],
    ["'\u0001红色\n'", text('\u0001红色\n')],
    ['$A_b9', { kind: 'property', name: '$A_b9' }],
    ['nota', { kind: 'property', name: 'nota' }],
    ['tRuE', { kind: 'boolean', value: true }]
  ])('%s', (written, expected) => {
    expect(right(written)).toEqual(expected)
  })

  test.each(['a=1', ' a\t=\n1\r\f', 'a -- one\n= 1', '/* a ** b */a/**/=/***/1', 'a = 1 -- end'])(
    'blanks and comments: %j',
    (written) => {
      expect(tree(written)).toEqual(is(a, int(1)))
    }
  )
})

describe('refused, with the place and the reason', () => {
  test.each([
    ['', 1, 'the expression is empty'],
    ['  ', 1, 'the expression is empty'],
    ['a >', 4, 'expected a property, a literal or (, found the end'],
    ['a = 1 and', 10, 'found the end'],
    ['a = 1 b', 7, 'expected AND, OR, a comparison or the end, found b'],
    ['(a = 1', 7, 'expected ), found the end'],
    ['a = 1)', 6, 'found )'],
    ['a and between 2 and 10', 7, 'found between'],
    ['a BETWEEN 1 OR 2', 13, 'expected AND, found OR'],
    ['a NOT = 1', 7, 'expected BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH'],
    ['a IS 1', 6, 'expected NULL, found 1'],
    ["a LIKE 'x%'", 3, 'RocketMQ has no LIKE: write CONTAINS, STARTSWITH or ENDSWITH'],
    ['a CONTAINS b', 12, "expected a text in single quotes, 'text', found b"],
    ['a IN (1)', 7, "expected a text in single quotes, 'text', found 1"],
    ['a IN ()', 7, 'found )'],
    ["5 IN ('x')", 1, 'only a property can be IN a list'],
    ['a != 1', 3, 'write <> for "not equal"'],
    ['a == 1', 4, 'found ='],
    ['a = "x"', 5, 'texts stand in single quotes'],
    ['a = 1 && b = 2', 7, 'write AND'],
    ['a = 😀', 5, 'unexpected 😀'],
    ["a = 'x", 5, "the text has no closing quote, '"],
    ['a = /* b', 5, 'the comment has no end, */'],
    ['a = 007', 6, 'found 0'],
    ['a > 5 ! 3', 7, 'unexpected !'],
    ["a > 'x'", 5, 'a text cannot be compared by >, >=, <, <= or BETWEEN'],
    ["'5' < a", 1, 'a text cannot be compared'],
    ['a <= TRUE', 6, 'a condition cannot be compared'],
    ['a > 1 > 2', 1, 'a condition cannot be compared'],
    ["a BETWEEN 'a' AND 'b'", 11, 'a text cannot be compared'],
    ['a BETWEEN 10 AND 0', 11, 'BETWEEN 10 AND 0: the first must not be greater than the second'],
    ['a BETWEEN 5.5 AND 5', 11, 'BETWEEN 5.5 AND 5'],
    ['a = NULL', 5, 'nothing equals NULL; write IS NULL or IS NOT NULL'],
    ['NULL <> a', 1, 'nothing equals NULL'],
    ["TRUE = 'x'", 1, 'TRUE and FALSE cannot be compared with a text or a number'],
    ["'x'", 1, 'a condition is wanted here, not a value'],
    ['a = 1 OR 5', 10, 'a condition is wanted here'],
    ['NOT 5', 5, 'a condition is wanted here'],
    ['-a AND b', 1, 'a condition is wanted here'],
    ['a = 9223372036854775808', 5, '9223372036854775808 is greater than 9223372036854775807'],
    ['a = -9223372036854775808', 6, 'is greater than 9223372036854775807'],
    ['a = 100000000000000000000000', 5, 'is greater than'],
    ['a = 1e999', 5, '1e999 is greater than'],
    ['a > 0.0', 5, '0.0 is less than']
  ])('%s', (text, position, reason) => {
    let refusal: unknown
    try {
      parseSql(text)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(SqlSyntaxError)
    expect(refusal).toMatchObject({ position, reason: expect.stringContaining(reason) as string })
    expect((refusal as Error).message).toMatch(new RegExp(`^at ${position}: `))
  })
})

describe('limits: taken at the limit, refused beyond it', () => {
  const nested = (open: string, inner: string, close: string) => (levels: number) =>
    open.repeat(levels) + inner + close.repeat(levels)
  test.each([
    ['parentheses', nested('(', 'a = 1', ')'), MAX_EXPRESSION_DEPTH],
    ['NOT', nested('NOT ', 'a', ''), MAX_EXPRESSION_DEPTH - 1],
    ['signs', (levels: number) => `a = ${'- '.repeat(levels)}1`, MAX_EXPRESSION_DEPTH - 2],
    ['= in a row', (levels: number) => `a${' = a'.repeat(levels)}`, MAX_EXPRESSION_DEPTH - 1],
    ['CONTAINS in a row', (levels: number) => `a${" CONTAINS 'x'".repeat(levels)}`, MAX_EXPRESSION_DEPTH - 1], // prettier-ignore
    ['AND in a row', (count: number) => `a${' AND a'.repeat(count - 1)}`, MAX_EXPRESSION_NODES - 1],
    ['properties', (count: number) => Array.from({ length: count }, (_, i) => `p${i}`).join(' OR '), MAX_EXPRESSION_PROPERTIES], // prettier-ignore
    ['characters', (length: number) => `a = '${'x'.repeat(length - 6)}'`, MAX_EXPRESSION_LENGTH]
  ])('%s', (_name, make, limit) => {
    expect(() => parseSql(make(limit))).not.toThrow()
    expect(() => parseSql(make(limit + 1))).toThrow(SqlSyntaxError)
  })

  test('a hostile expression neither overflows the stack nor takes long', () => {
    for (const text of ['(', 'NOT ', '-', 'a=', '/*', "'", 'a IN (', 'NOT a BETWEEN ', '.', '5E'])
      expect(() => parseSql(text.repeat(MAX_EXPRESSION_LENGTH / text.length))).toThrow(SqlSyntaxError) // prettier-ignore
  })
})
