/** What tests of SQL filters stand on: expressions at random, their texts, and messages with properties. */
import fc from 'fast-check'
import { hostAddress } from '../../protocol/message/host'
import { encodeMessage, layoutOf } from '../../protocol/message/messageCodec'
import { formatProperties } from '../../protocol/message/properties'
import type { SqlExpression } from './sqlExpression'

export type Properties = Readonly<Record<string, string>>

/** A stored message; `properties` as pairs, or the very text of the wire. */
export const storedMessage = (
  properties: Properties | string,
  { topic = 'T', born = '10.0.0.1', store = '10.0.0.2' } = {}
): Buffer => {
  const message = {
    ...{ topic, queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: 1, reconsumeTimes: 0 },
    ...{ bornHost: hostAddress(born, 1), storeHost: hostAddress(store, 2) },
    ...{ preparedTransactionOffset: 0, body: Buffer.from('body a\u00015\u0002'), tagsCode: 0 },
    properties:
      typeof properties === 'string' ? properties : formatProperties(Object.entries(properties))
  }
  const layout = layoutOf(message)
  const bytes = Buffer.alloc(layout.totalSize)
  encodeMessage(message, layout, { queueOffset: 0, physicalOffset: 0, storeTimestamp: 1 }, bytes, 0)
  return bytes
}

/** How tightly a kind binds; a looser one below a tighter one needs parentheses. */
const strength = ({ kind }: SqlExpression): number => {
  switch (kind) {
    case 'or':
      return 1
    case 'and':
      return 2
    case 'equal':
    case 'isNull':
      return 3
    case 'order':
    case 'between':
    case 'in':
    case 'search':
      return 4
    case 'not':
    case 'negate':
      return 5
    default:
      return 6
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Spelled as `noise` says: case of keywords, blanks, comments, needless parentheses. */
export const printSql = (expression: SqlExpression, noise: readonly number[] = [0]): string => {
  let at = 0
  const chance = (): number => noise[at++ % noise.length]!
  const blank = (): string => [' ', ' ', ' ', '\n', '\t ', ' /* a ** comment */ ', ' -- one\n'][chance() % 7]! // prettier-ignore
  const word = (text: string): string =>
    chance() % 3 === 1 ? text.toLowerCase() : chance() % 3 === 2 ? text[0]! + text.slice(1).toLowerCase() : text // prettier-ignore
  const words = (...all: string[]): string => all.map(word).join(blank())
  const join = (...parts: string[]): string => parts.join(blank())
  const no = (isNegated: boolean): string[] => (isNegated ? [word('NOT')] : [])
  const show = (each: SqlExpression, least: number): string => {
    const text = bare(each)
    return strength(each) < least || chance() % 5 === 4 ? `(${text})` : text
  }
  const bare = (each: SqlExpression): string => {
    switch (each.kind) {
      case 'property':
        return each.name
      case 'text':
        return quoted(each.value)
      case 'integer':
        return `${each.value}${each.value > 0n && chance() % 4 === 3 ? 'L' : ''}`
      case 'double': {
        const text = String(each.value)
        return /[.e]/.test(text) ? text : `${text}.0`
      }
      case 'boolean':
        return word(each.value === undefined ? 'NULL' : each.value ? 'TRUE' : 'FALSE')
      case 'negate':
        return `- ${show(each.operand, 5)}`
      case 'not':
        return join(word('NOT'), show(each.operand, 5))
      case 'and':
        return each.operands.map((one) => show(one, 3)).join(join('', word('AND'), ''))
      case 'or':
        return each.operands.map((one) => show(one, 2)).join(join('', word('OR'), ''))
      case 'equal':
        return join(show(each.left, 3), each.isNegated ? '<>' : '=', show(each.right, 4))
      case 'order':
        return join(show(each.left, 4), each.operator, show(each.right, 5))
      case 'between':
        return join(show(each.value, 4), ...no(each.isNegated), word('BETWEEN'), show(each.low, 5), word('AND'), show(each.high, 5)) // prettier-ignore
      case 'in':
        return join(each.property, ...no(each.isNegated), word('IN'), `(${each.values.map(quoted).join(blank() + ',')})`) // prettier-ignore
      case 'search':
        return join(show(each.value, 4), ...no(each.isNegated), word(each.operator), quoted(each.text)) // prettier-ignore
      case 'isNull':
        return join(show(each.operand, 3), words('IS', ...(each.isNegated ? ['NOT'] : []), 'NULL'))
    }
  }
  return show(expression, 1)
}

export const names = ['a', 'b', 'c', 'TAGS', 'KEYS', '$x_1'] as const

const texts = [
  ...['5', '-5', '+5', '05', '5.5', '.5', '5.', '5e2', ' 5 ', '5f', '0', '-0', '7', '10', '1x'],
  ...['2147483647', '2147483648', '-2147483649', '9223372036854775807', '9223372036854775808'],
  ...['NaN', 'Infinity', '-Infinity', '1e999', 'true', 'TRUE', 'false', 'tagA', "it's", '红色', '-']
]
const text = fc.constantFrom(...texts)

export const properties: fc.Arbitrary<Properties> = fc.dictionary(fc.constantFrom(...names), text, {
  noNullPrototype: true
})

const at = 0
const property = fc.constantFrom(...names).map((name): SqlExpression => ({ kind: 'property', at, name })) // prettier-ignore
const integer = fc
  .constantFrom(0n, 1n, 5n, 7n, 10n, 2147483647n, 2147483648n, 9223372036854775807n)
  .map((value): SqlExpression => ({ kind: 'integer', at, value }))
const double = fc
  .constantFrom(0.5, 5, 5.5, 500, 7.25, 1e30, 2147483648)
  .map((value): SqlExpression => ({ kind: 'double', at, value }))
const textLiteral = text.map((value): SqlExpression => ({ kind: 'text', at, value }))
const boolean = fc
  .constantFrom(true, false, undefined)
  .map((value): SqlExpression => ({ kind: 'boolean', at, value }))

const isValueLiteral = ({ kind }: SqlExpression): boolean =>
  kind === 'text' || kind === 'integer' || kind === 'double'
const isNull = (each: SqlExpression): boolean => each.kind === 'boolean' && each.value === undefined
const isNumber = ({ kind }: SqlExpression): boolean => kind === 'integer' || kind === 'double'

/** Only what RocketMQ takes: every one of these must be parsed. */
export const expressions: fc.Arbitrary<SqlExpression> = fc.letrec<{
  condition: SqlExpression
  comparable: SqlExpression
  operand: SqlExpression
  truth: SqlExpression
}>((tie) => {
  const [condition, operand, comparable, truth] = [tie('condition'), tie('operand'), tie('comparable'), tie('truth')] // prettier-ignore
  const isNegated = fc.boolean()
  return {
    /** What may stand in a comparison by size. */
    comparable: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      property,
      property,
      integer,
      double,
      operand.map((each): SqlExpression => ({ kind: 'negate', at, operand: each }))
    ),
    operand: fc.oneof({ maxDepth: 4, withCrossShrink: true }, property, textLiteral, integer, double, comparable, condition), // prettier-ignore
    /** What may stand beside AND, OR, NOT. */
    truth: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      condition,
      condition,
      condition,
      property
    ),
    condition: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      boolean,
      fc
        .record({
          kind: fc.constant('equal' as const),
          at: fc.constant(at),
          isNegated,
          left: operand,
          right: operand
        }) // prettier-ignore
        .filter(
          ({ left, right }) =>
            !isNull(left) && !isNull(right) && !(left.kind === 'boolean' && isValueLiteral(right))
        ),
      fc.record({ kind: fc.constant('order' as const), at: fc.constant(at), operator: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), left: comparable, right: comparable }), // prettier-ignore
      fc
        .record({
          kind: fc.constant('between' as const),
          at: fc.constant(at),
          isNegated,
          value: comparable,
          low: comparable,
          high: comparable
        }) // prettier-ignore
        .filter((each) => each.isNegated || !isNumber(each.low) || !isNumber(each.high)),
      fc.record({ kind: fc.constant('between' as const), at: fc.constant(at), isNegated: fc.constant(false), value: comparable, low: fc.constant<SqlExpression>({ kind: 'integer', at, value: 5n }), high: fc.constant<SqlExpression>({ kind: 'double', at, value: 7.25 }) }), // prettier-ignore
      fc.record({ kind: fc.constant('in' as const), at: fc.constant(at), isNegated, property: fc.constantFrom(...names), values: fc.array(text, { minLength: 1, maxLength: 6 }) }), // prettier-ignore
      fc.record({ kind: fc.constant('search' as const), at: fc.constant(at), operator: fc.constantFrom('CONTAINS' as const, 'STARTSWITH' as const, 'ENDSWITH' as const), isNegated, value: operand, text: fc.oneof(text, fc.constantFrom('', 'a', '5', 'tag', "'")) }), // prettier-ignore
      fc.record({ kind: fc.constant('isNull' as const), at: fc.constant(at), isNegated, operand }),
      truth.map((each): SqlExpression => ({ kind: 'not', at, operand: each })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          at: fc.constant(at),
          operands: fc.array(truth, { minLength: 2, maxLength: 4 })
        }) // prettier-ignore
        .map((each): SqlExpression => each)
    )
  }
}).condition

export const noise = fc.array(fc.nat(99), { minLength: 1, maxLength: 40 })

/** The tree without positions. */
export const withoutPositions = (expression: SqlExpression): unknown =>
  JSON.parse(
    JSON.stringify(expression, (key, value: unknown) =>
      key === 'at' ? undefined : typeof value === 'bigint' ? `${value}n` : value
    )
  )
