/** An expression as a function of a stored message, compiled once. Java: SqlFilter, Expression.evaluate. */
import {
  compareDoubles,
  compareNumbers,
  compareTextToNumber,
  javaInteger,
  negated,
  parseDouble,
  type JavaNumber
} from './javaNumbers'
import type { OrderOperator, SearchOperator, SqlExpression } from './sqlExpression'
import { parseSql } from './sqlParser'
import { StoredProperties } from './storedProperties'
import { textFinder } from './textFinder'

/** Something could not be converted; then the message does not match, whatever else the expression says. */
const FAILED = Symbol('failed')

/** Undefined is NULL. */
type Truth = boolean | undefined | typeof FAILED
type Value = Truth | string | JavaNumber
type Evaluate<T extends Value> = () => T

export interface SqlFilter {
  readonly expression: string
  /** Of a whole stored message; never throws. */
  readonly matches: (message: Buffer) => boolean
}

/** Both are there. Java: ComparisonExpression.__compare; undefined where it throws. */
const compare = (
  left: string | boolean | JavaNumber,
  right: string | boolean | JavaNumber
): number | undefined => {
  if (typeof left === 'string') {
    if (typeof right === 'string') return left === right ? 0 : left < right ? -1 : 1
    if (typeof right === 'object') return compareTextToNumber(left, right)
    return Number(left.toLowerCase() === 'true') - Number(right)
  }
  if (typeof left === 'boolean') {
    // Java casts the wrong side: TRUE = property throws, property = TRUE does not.
    if (typeof right === 'string') return undefined
    return typeof right === 'boolean' ? Number(left) - Number(right) : -1
  }
  if (typeof right === 'boolean') return -1
  if (typeof right === 'object') return compareNumbers(left, right)
  const turned = compareTextToNumber(right, left)
  return turned === undefined ? undefined : 0 - turned
}

const equal = (left: Evaluate<Value>, right: Evaluate<Value>, isNegated: boolean) => (): Truth => {
  const l = left()
  const r = right()
  if (l === FAILED || r === FAILED) return FAILED
  // As stock brokers do: NULL = x is NULL, but x = NULL is false, and two NULLs are equal.
  if (l === undefined) return r === undefined ? !isNegated : undefined
  if (r === undefined) return isNegated
  const order = compare(l, r)
  return order === undefined ? FAILED : (order === 0) !== isNegated
}

const tests: Record<OrderOperator, (order: number) => boolean> = {
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0
}

const inOrder = (left: Evaluate<Value>, right: Evaluate<Value>, operator: OrderOperator) => {
  const test = tests[operator]
  return (): Truth => {
    const l = left()
    if (l === undefined || l === FAILED) return l
    const r = right()
    if (r === undefined || r === FAILED) return r
    const order = typeof l === 'string' && typeof r === 'string' ? asDoubles(l, r) : compare(l, r)
    return order === undefined ? FAILED : test(order)
  }
}

const asDoubles = (left: string, right: string): number | undefined => {
  const [l, r] = [parseDouble(left), parseDouble(right)]
  return l === undefined || r === undefined ? undefined : compareDoubles(l, r)
}

/** In this order, and no further than needed: what fails behind the one that decides is not noticed. */
const chain = (conditions: readonly Evaluate<Truth>[], deciding: boolean) => (): Truth => {
  let result: Truth = !deciding
  for (const condition of conditions) {
    const truth = condition()
    if (truth === deciding || truth === FAILED) return truth
    if (truth === undefined) result = undefined
  }
  return result
}

const not = (condition: Evaluate<Truth>) => (): Truth => {
  const truth = condition()
  return typeof truth === 'boolean' ? !truth : truth
}

const searching: Record<SearchOperator, (text: string) => (value: string) => boolean> = {
  CONTAINS: textFinder,
  STARTSWITH: (text) => (value) => value.startsWith(text),
  ENDSWITH: (text) => (value) => value.endsWith(text)
}

class Compiler {
  private readonly indexes = new Map<string, number>()
  /** What the compiled functions read; made when all names are known. */
  properties = new StoredProperties([])

  compile(expression: SqlExpression): Evaluate<Truth> {
    const condition = this.condition(expression)
    this.properties = new StoredProperties(this.indexes.keys())
    return condition
  }

  private property(name: string): Evaluate<string | undefined> {
    const index = this.indexes.get(name) ?? this.indexes.size
    this.indexes.set(name, index)
    return () => this.properties.get(index)
  }

  private value(expression: SqlExpression): Evaluate<Value> {
    switch (expression.kind) {
      case 'property':
        return this.property(expression.name)
      case 'text':
        return () => expression.value
      case 'integer': {
        const number = javaInteger(expression.value)
        return () => number
      }
      case 'double': {
        const number = { type: 'double', value: expression.value } as const
        return () => number
      }
      case 'negate':
        return this.negate(this.value(expression.operand))
      default:
        return this.condition(expression)
    }
  }

  /** Of anything but a number it is NULL. */
  private negate(operand: Evaluate<Value>): Evaluate<Value> {
    return () => {
      const value = operand()
      return value === FAILED ? FAILED : typeof value === 'object' ? negated(value) : undefined
    }
  }

  private condition(expression: SqlExpression): Evaluate<Truth> {
    switch (expression.kind) {
      case 'boolean':
        return () => expression.value
      case 'not':
        return not(this.condition(expression.operand))
      case 'and':
      case 'or':
        return chain(expression.operands.map((each) => this.condition(each)), expression.kind === 'or') // prettier-ignore
      case 'equal':
        return equal(this.value(expression.left), this.value(expression.right), expression.isNegated) // prettier-ignore
      case 'order':
        return inOrder(this.value(expression.left), this.value(expression.right), expression.operator) // prettier-ignore
      case 'between': {
        const [value, low, high] = [expression.value, expression.low, expression.high].map((each) => this.value(each)) as [Evaluate<Value>, Evaluate<Value>, Evaluate<Value>] // prettier-ignore
        return expression.isNegated
          ? chain([inOrder(value, low, '<'), inOrder(value, high, '>')], true)
          : chain([inOrder(value, low, '>='), inOrder(value, high, '<=')], false)
      }
      case 'in': {
        const read = this.property(expression.property)
        const [values, { isNegated }] = [new Set(expression.values), expression]
        return () => {
          const value = read()
          return value === undefined ? undefined : values.has(value) !== isNegated
        }
      }
      case 'search':
        return this.search(expression.text, expression.operator, expression.isNegated, this.value(expression.value)) // prettier-ignore
      case 'isNull': {
        const [operand, { isNegated }] = [this.value(expression.operand), expression]
        return () => {
          const value = operand()
          return value === FAILED ? FAILED : (value === undefined) !== isNegated
        }
      }
      default: {
        // A property alone is no boolean, so it is false, or NULL where it is absent. Java: createBooleanCast.
        const value = this.value(expression)
        return () => (value() === undefined ? undefined : false)
      }
    }
  }

  /** What is no text, and an empty text searched for, give false, with NOT as without. */
  private search(
    text: string,
    operator: SearchOperator,
    isNegated: boolean,
    operand: Evaluate<Value>
  ): Evaluate<Truth> {
    if (text === '') return () => false
    const isFound = searching[operator](text)
    return () => {
      const value = operand()
      if (value === FAILED) return FAILED
      return typeof value === 'string' && isFound(value) !== isNegated
    }
  }
}

/** @throws SqlSyntaxError. */
export const compileSqlFilter = (expression: string): SqlFilter => {
  const compiler = new Compiler()
  const condition = compiler.compile(parseSql(expression))
  const { properties } = compiler
  return {
    expression,
    matches: (message) => {
      properties.turnTo(message)
      return condition() === true
    }
  }
}
