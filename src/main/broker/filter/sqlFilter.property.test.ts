/** Any expression on any properties: against a second evaluator, written from the tables and sharing no code with the first. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SqlExpression } from './sqlExpression'
import { compileSqlFilter } from './sqlFilter'
import { parseSql } from './sqlParser'
import {
  expressions,
  noise,
  printSql,
  properties,
  storedMessage,
  withoutPositions,
  type Properties
} from './sqlRig'

const RUNS = { numRuns: 1500 }

class ConversionError extends Error {}

/** `T`, `F`, `N` (unknown), or a value. */
type Result =
  | { is: 'T' | 'F' | 'N' }
  | { is: 'text'; text: string }
  | { is: 'number'; java: 'Integer' | 'Long' | 'Double'; number: bigint | number }

const T = { is: 'T' } as const
const F = { is: 'F' } as const
const N = { is: 'N' } as const
const truth = (yes: boolean): Result => (yes ? T : F)

const NOT = { T: F, F: T, N } as const
const AND = { TT: T, TF: F, TN: N, FT: F, FF: F, FN: F, NT: N, NF: F, NN: N } as const
const OR = { TT: T, TF: T, TN: T, FT: T, FF: F, FN: N, NT: T, NF: N, NN: N } as const

/** Java's `valueOf` of the class. */
const valueOf = (java: 'Integer' | 'Long' | 'Double', text: string): bigint | number => {
  if (java === 'Double') {
    const bare = text.trim()
    const [, sign, digits] = /^([+-]?)(Infinity|NaN|[\d.]+(?:[eE][+-]?\d+)?)[dDfF]?$/.exec(bare) ?? [] // prettier-ignore
    const number = digits === undefined ? NaN : parseFloat(digits)
    if (digits === undefined || digits === '.' || (digits !== 'NaN' && Number.isNaN(number)))
      throw new ConversionError(text)
    return sign === '-' ? -number : number
  }
  if (!/^[+-]?[0-9]+$/.test(text)) throw new ConversionError(text)
  const number = BigInt(text.replace('+', ''))
  if (BigInt.asIntN(java === 'Integer' ? 32 : 64, number) !== number)
    throw new ConversionError(text)
  return number
}

/** -1, 0, 1 as Java's compareTo. */
const compareTo = (left: bigint | number, right: bigint | number): number => {
  const rank = (n: bigint | number): [bigint | number, number] =>
    Number.isNaN(n) ? [Infinity, 2] : n === 0 ? [0, Object.is(n, -0) ? -1 : 0] : [n, n === Infinity ? 1 : 0] // prettier-ignore
  const [[l, l2], [r, r2]] = [rank(left), rank(right)]
  return l < r ? -1 : l > r ? 1 : Math.sign(l2 - r2)
}

const compared = (left: Result, right: Result): number => {
  if (left.is === 'number' && right.is === 'number') {
    const asDouble = left.java === 'Double' || right.java === 'Double'
    const number = (n: bigint | number): bigint | number => (asDouble ? Number(n) : n)
    return compareTo(number(left.number), number(right.number))
  }
  if (left.is === 'number' && right.is === 'text')
    return compareTo(left.number, valueOf(left.java, right.text))
  if (left.is === 'text' && right.is === 'number')
    return compareTo(valueOf(right.java, left.text), right.number)
  if (left.is === 'text' && right.is === 'text') return left.text === right.text ? 0 : 1
  if (left.is === 'text') return /^true$/i.test(left.text) === (right.is === 'T') ? 0 : 1
  if (right.is === 'text') throw new ConversionError('cast')
  return left.is === right.is ? 0 : -1
}

const bySize = (left: Result, operator: string, right: () => Result): Result => {
  if (left.is === 'N') return N
  const other = right()
  if (other.is === 'N') return N
  const order =
    left.is === 'text' && other.is === 'text'
      ? compareTo(valueOf('Double', left.text), valueOf('Double', other.text))
      : compared(left, other)
  return truth({ '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator]!)
}

const asTruth = (result: Result): 'T' | 'F' | 'N' =>
  result.is === 'text' || result.is === 'number' ? 'F' : result.is

const evaluate = (expression: SqlExpression, given: Properties): Result => {
  const below = (each: SqlExpression): Result => evaluate(each, given)
  const property = (name: string): Result => {
    const text = given[name]
    return text === undefined || text === '' ? N : { is: 'text', text }
  }
  const flip = (result: Result, isNegated: boolean): Result =>
    isNegated ? NOT[asTruth(result)] : result
  switch (expression.kind) {
    case 'property':
      return property(expression.name)
    case 'text':
      return { is: 'text', text: expression.value }
    case 'integer': {
      const { value } = expression
      return { is: 'number', java: value < 2n ** 31n ? 'Integer' : 'Long', number: value }
    }
    case 'double':
      return { is: 'number', java: 'Double', number: expression.value }
    case 'boolean':
      return expression.value === undefined ? N : truth(expression.value)
    case 'negate': {
      const operand = below(expression.operand)
      return operand.is === 'number' ? { ...operand, number: -operand.number } : N
    }
    case 'not':
      return NOT[asTruth(below(expression.operand))]
    case 'and':
      return expression.operands.reduce<Result>((left, each) => asTruth(left) === 'F' ? F : AND[`${asTruth(left)}${asTruth(below(each))}`], T) // prettier-ignore
    case 'or':
      return expression.operands.reduce<Result>((left, each) => asTruth(left) === 'T' ? T : OR[`${asTruth(left)}${asTruth(below(each))}`], F) // prettier-ignore
    case 'equal': {
      const [left, right] = [below(expression.left), below(expression.right)]
      const result = left.is === 'N' ? (right.is === 'N' ? T : N) : right.is === 'N' ? F : truth(compared(left, right) === 0) // prettier-ignore
      return flip(result, expression.isNegated)
    }
    case 'order':
      return bySize(below(expression.left), expression.operator, () => below(expression.right))
    case 'between': {
      const [one, two] = expression.isNegated ? ['<', '>'] : ['>=', '<=']
      const low = asTruth(bySize(below(expression.value), one, () => below(expression.low)))
      if (low === (expression.isNegated ? 'T' : 'F')) return truth(expression.isNegated)
      const high = asTruth(bySize(below(expression.value), two, () => below(expression.high)))
      return (expression.isNegated ? OR : AND)[`${low}${high}`]
    }
    case 'in': {
      const value = property(expression.property)
      return value.is === 'text' ? flip(truth(expression.values.includes(value.text)), expression.isNegated) : N // prettier-ignore
    }
    case 'search': {
      if (expression.text === '') return F
      const value = below(expression.value)
      if (value.is !== 'text') return F
      const found = { CONTAINS: value.text.includes(expression.text), STARTSWITH: value.text.startsWith(expression.text), ENDSWITH: value.text.endsWith(expression.text) }[expression.operator] // prettier-ignore
      return truth(found !== expression.isNegated)
    }
    case 'isNull':
      return truth((below(expression.operand).is === 'N') !== expression.isNegated)
  }
}

const isMatch = (expression: SqlExpression, given: Properties): boolean => {
  try {
    return evaluate(expression, given).is === 'T'
  } catch (error) {
    if (error instanceof ConversionError) return false
    throw error
  }
}

test('a filter finds what the tables of three-valued logic say', () => {
  let matches = 0
  fc.assert(
    fc.property(
      expressions,
      fc.array(properties, { minLength: 1, maxLength: 5 }),
      (expression, messages) => {
        // prettier-ignore
        const filter = compileSqlFilter(printSql(expression))
        for (const given of messages) {
          const expected = isMatch(expression, given)
          if (expected) matches++
          expect(filter.matches(storedMessage(given)), printSql(expression)).toBe(expected)
        }
      }
    ),
    RUNS
  )
  // Both outcomes came often, else this said nothing.
  expect(matches).toBeGreaterThan(RUNS.numRuns / 2)
})

test('a printed expression reads as the same tree, however it is spelled', () => {
  fc.assert(
    fc.property(expressions, noise, (expression, spelling) => {
      const text = printSql(expression, spelling)
      expect(withoutPositions(parseSql(text)), text).toEqual(withoutPositions(expression))
    }),
    RUNS
  )
})
