/** SQL92 as RocketMQ's brokers understand it, to a tree; what they refuse is refused here. Java: SelectorParser. */
import { compareNumbers, javaInteger, LONG_MAX, type JavaNumber } from './javaNumbers'
import {
  isCondition,
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_NODES,
  MAX_EXPRESSION_PROPERTIES,
  SqlSyntaxError,
  type SearchOperator,
  type SqlExpression
} from './sqlExpression'
import { tokensOf, type Token, type TokenKind } from './sqlLexer'

const shown = ({ kind, image }: Token): string =>
  kind === 'end' ? 'the end' : kind === 'text' ? `'${image.replaceAll("'", "''")}'` : image

const refuse = (at: number, reason: string): never => {
  throw new SqlSyntaxError(at, reason)
}

const constantNumber = (expression: SqlExpression): JavaNumber | undefined => {
  if (expression.kind === 'integer') return javaInteger(expression.value)
  return expression.kind === 'double' ? { type: 'double', value: expression.value } : undefined
}

class Parser {
  private readonly tokens: readonly Token[]
  private readonly names = new Set<string>()
  private readonly depths = new WeakMap<SqlExpression, number>()
  private next = 0
  private open = 0
  private nodes = 0

  constructor(text: string) {
    this.tokens = tokensOf(text)
  }

  run(): SqlExpression {
    if (this.peek().kind === 'end') refuse(1, 'the expression is empty')
    const expression = this.condition(this.or())
    const rest = this.peek()
    if (rest.kind !== 'end') this.unexpected(rest, 'AND, OR, a comparison or the end')
    return expression
  }

  private or(): SqlExpression {
    return this.chain('OR', 'or', () => this.and())
  }

  private and(): SqlExpression {
    return this.chain('AND', 'and', () => this.equality())
  }

  private chain(word: TokenKind, kind: 'and' | 'or', operand: () => SqlExpression): SqlExpression {
    const first = operand()
    if (this.peek().kind !== word) return first
    const operands = [this.condition(first)]
    while (this.take(word)) operands.push(this.condition(operand()))
    return this.node({ kind, at: first.at, operands }, ...operands)
  }

  private equality(): SqlExpression {
    let left = this.comparison()
    for (;;) {
      const { at } = left
      const sign = this.take('=') ?? this.take('<>')
      if (sign) {
        const right = this.comparison()
        this.checkEqual(left, right)
        left = this.node({ kind: 'equal', at, isNegated: sign.kind === '<>', left, right }, left, right) // prettier-ignore
      } else if (this.take('IS')) {
        const isNegated = this.take('NOT') !== undefined
        this.expect('NULL')
        left = this.node({ kind: 'isNull', at, isNegated, operand: left }, left)
      } else return left
    }
  }

  private comparison(): SqlExpression {
    let left = this.unary()
    for (;;) {
      const further = this.comparedWith(left)
      if (!further) return left
      left = further
    }
  }

  private comparedWith(left: SqlExpression): SqlExpression | undefined {
    const { at } = left
    const operator = this.peek().kind
    switch (operator) {
      case '>':
      case '>=':
      case '<':
      case '<=': {
        this.next++
        const right = this.unary()
        this.checkOrder(left)
        this.checkOrder(right)
        return this.node({ kind: 'order', at, operator, left, right }, left, right)
      }
      case 'CONTAINS':
      case 'STARTSWITH':
      case 'ENDSWITH':
      case 'BETWEEN':
      case 'IN':
        return this.named(left, false)
      case 'NOT':
        this.next++
        return (
          this.named(left, true) ??
          this.unexpected(this.peek(), 'BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH')
        )
      default:
        return undefined
    }
  }

  private named(left: SqlExpression, isNegated: boolean): SqlExpression | undefined {
    const word = this.peek().kind
    switch (word) {
      case 'BETWEEN':
        this.next++
        return this.between(left, isNegated)
      case 'IN':
        this.next++
        return this.in(left, isNegated)
      case 'CONTAINS':
      case 'STARTSWITH':
      case 'ENDSWITH':
        this.next++
        return this.search(left, word, isNegated)
      default:
        return undefined
    }
  }

  private between(value: SqlExpression, isNegated: boolean): SqlExpression {
    const low = this.unary()
    this.expect('AND')
    const high = this.unary()
    for (const operand of [value, low, high]) this.checkOrder(operand)
    const [from, to] = [constantNumber(low), constantNumber(high)]
    if (!isNegated && from && to && compareNumbers(from, to) > 0)
      refuse(low.at, `BETWEEN ${from.value} AND ${to.value}: the first must not be greater than the second`) // prettier-ignore
    return this.node({ kind: 'between', at: value.at, isNegated, value, low, high }, value, low, high) // prettier-ignore
  }

  private in(left: SqlExpression, isNegated: boolean): SqlExpression {
    if (left.kind !== 'property') return refuse(left.at, 'only a property can be IN a list')
    this.expect('(')
    const values = [this.expect('text').image]
    while (this.take(',')) values.push(this.expect('text').image)
    this.expect(')')
    return this.node({ kind: 'in', at: left.at, isNegated, property: left.name, values }, left)
  }

  private search(
    value: SqlExpression,
    operator: SearchOperator,
    isNegated: boolean
  ): SqlExpression {
    const text = this.expect('text').image
    return this.node({ kind: 'search', at: value.at, operator, isNegated, value, text }, value)
  }

  private unary(): SqlExpression {
    const token = this.peek()
    if (token.kind !== '+' && token.kind !== '-' && token.kind !== 'NOT') return this.primary()
    this.next++
    const operand = this.within(token, () => this.unary())
    if (token.kind === '+') return operand
    if (token.kind === '-') return this.node({ kind: 'negate', at: token.at, operand }, operand)
    return this.node({ kind: 'not', at: token.at, operand: this.condition(operand) }, operand)
  }

  private primary(): SqlExpression {
    const token = this.peek()
    const { at, image } = token
    this.next++
    switch (token.kind) {
      case 'text':
        return this.node({ kind: 'text', at, value: image })
      case 'integer':
        return this.integer(token)
      case 'double':
        return this.double(token)
      case 'TRUE':
      case 'FALSE':
        return this.node({ kind: 'boolean', at, value: token.kind === 'TRUE' })
      case 'NULL':
        return this.node({ kind: 'boolean', at, value: undefined })
      case 'name':
        this.names.add(image)
        if (this.names.size > MAX_EXPRESSION_PROPERTIES)
          refuse(at, `the expression names more than ${MAX_EXPRESSION_PROPERTIES} properties`)
        return this.node({ kind: 'property', at, name: image })
      case '(': {
        const expression = this.within(token, () => this.or())
        this.expect(')')
        return expression
      }
      default:
        return this.unexpected(token, 'a property, a literal or (')
    }
  }

  private integer({ at, image }: Token): SqlExpression {
    const digits = /^\d+/.exec(image)?.[0] ?? ''
    // Not even -9223372036854775808 can be written: the sign comes later.
    const value = digits.length > 19 ? LONG_MAX + 1n : BigInt(digits)
    if (value > LONG_MAX) refuse(at, `${image} is greater than ${LONG_MAX}`)
    return this.node({ kind: 'integer', at, value })
  }

  private double({ at, image }: Token): SqlExpression {
    const value = Number(image)
    if (value === Infinity) refuse(at, `${image} is greater than ${Number.MAX_VALUE}`)
    if (value === 0)
      refuse(at, `${image} is less than ${Number.MIN_VALUE}, the least fraction; write 0`)
    return this.node({ kind: 'double', at, value })
  }

  /** Java: asBooleanExpression. */
  private condition(expression: SqlExpression): SqlExpression {
    if (isCondition(expression) || expression.kind === 'property') return expression
    return refuse(expression.at, 'a condition is wanted here, not a value; compare it with something') // prettier-ignore
  }

  /** Java: checkLessThanOperand. */
  private checkOrder(operand: SqlExpression): void {
    if (operand.kind === 'text')
      refuse(operand.at, 'a text cannot be compared by >, >=, <, <= or BETWEEN; only numbers can')
    if (isCondition(operand))
      refuse(operand.at, 'a condition cannot be compared by >, >=, <, <= or BETWEEN; only numbers can') // prettier-ignore
  }

  /** Java: checkEqualOperand, checkEqualOperandCompatability. */
  private checkEqual(left: SqlExpression, right: SqlExpression): void {
    for (const operand of [left, right])
      if (operand.kind === 'boolean' && operand.value === undefined)
        refuse(operand.at, 'nothing equals NULL; write IS NULL or IS NOT NULL')
    const isValue = right.kind === 'text' || right.kind === 'integer' || right.kind === 'double'
    if (left.kind === 'boolean' && isValue)
      refuse(left.at, 'TRUE and FALSE cannot be compared with a text or a number')
  }

  /** Parses what stands inside of `token`. */
  private within(token: Token, parse: () => SqlExpression): SqlExpression {
    if (++this.open > MAX_EXPRESSION_DEPTH) this.tooDeep(token.at)
    const expression = parse()
    this.open--
    return expression
  }

  private node(expression: SqlExpression, ...below: readonly SqlExpression[]): SqlExpression {
    if (++this.nodes > MAX_EXPRESSION_NODES)
      refuse(expression.at, `the expression has more than ${MAX_EXPRESSION_NODES} operators and operands`) // prettier-ignore
    let depth = 0
    for (const each of below) depth = Math.max(depth, this.depths.get(each) ?? 0)
    if (++depth > MAX_EXPRESSION_DEPTH) this.tooDeep(expression.at)
    this.depths.set(expression, depth)
    return expression
  }

  private tooDeep(at: number): never {
    return refuse(at, `the expression is nested more than ${MAX_EXPRESSION_DEPTH} levels deep`)
  }

  private peek(): Token {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)]!
  }

  private take(kind: TokenKind): Token | undefined {
    const token = this.peek()
    if (token.kind !== kind) return undefined
    this.next++
    return token
  }

  private expect(kind: TokenKind): Token {
    const wanted = kind === 'text' ? "a text in single quotes, 'text'" : kind
    return this.take(kind) ?? this.unexpected(this.peek(), wanted)
  }

  private unexpected(token: Token, wanted: string): never {
    const isLike = token.kind === 'name' && token.image.toUpperCase() === 'LIKE'
    const hint = isLike ? '; RocketMQ has no LIKE: write CONTAINS, STARTSWITH or ENDSWITH' : ''
    return refuse(token.at, `expected ${wanted}, found ${shown(token)}${hint}`)
  }
}

/** @throws SqlSyntaxError. */
export const parseSql = (text: string): SqlExpression => new Parser(text).run()
