/** What an SQL92 expression means, as a tree. Java: org.apache.rocketmq.filter.expression. */

/** Longest expression in UTF-16 units. */
export const MAX_EXPRESSION_LENGTH = 16_384
/** Operators, literals and properties of one expression; the texts of one IN count as one. */
export const MAX_EXPRESSION_NODES = 1024
/** Levels of a tree, also of parentheses; chains of AND and of OR are one level. */
export const MAX_EXPRESSION_DEPTH = 100
/** Different properties one expression may name. */
export const MAX_EXPRESSION_PROPERTIES = 64

/** An expression that is no SQL92; its message is `at <position>: <reason>`. */
export class SqlSyntaxError extends Error {
  constructor(
    /** Of the first character that is wrong, from 1. */
    readonly position: number,
    readonly reason: string
  ) {
    super(`at ${position}: ${reason}`)
    this.name = 'SqlSyntaxError'
  }
}

export type OrderOperator = '>' | '>=' | '<' | '<='
export type SearchOperator = 'CONTAINS' | 'STARTSWITH' | 'ENDSWITH'

/** `at` is the position of its first character, from 1. */
export type SqlExpression = { readonly at: number } & (
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  /** Java's Integer where it fits 32 bits, else Long: it decides how a property's text is read. */
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  /** TRUE, FALSE; undefined is NULL. */
  | { readonly kind: 'boolean'; readonly value: boolean | undefined }
  | { readonly kind: 'negate'; readonly operand: SqlExpression }
  | { readonly kind: 'not'; readonly operand: SqlExpression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SqlExpression[] }
  | {
      readonly kind: 'equal'
      readonly isNegated: boolean
      readonly left: SqlExpression
      readonly right: SqlExpression
    }
  | {
      readonly kind: 'order'
      readonly operator: OrderOperator
      readonly left: SqlExpression
      readonly right: SqlExpression
    }
  | {
      readonly kind: 'between'
      readonly isNegated: boolean
      readonly value: SqlExpression
      readonly low: SqlExpression
      readonly high: SqlExpression
    }
  | {
      readonly kind: 'in'
      readonly isNegated: boolean
      readonly property: string
      readonly values: readonly string[]
    }
  | {
      readonly kind: 'search'
      readonly operator: SearchOperator
      readonly isNegated: boolean
      readonly value: SqlExpression
      readonly text: string
    }
  | { readonly kind: 'isNull'; readonly isNegated: boolean; readonly operand: SqlExpression }
)

/** Does it give TRUE, FALSE or NULL? Java: BooleanExpression. */
export const isCondition = ({ kind }: SqlExpression): boolean =>
  kind !== 'property' &&
  kind !== 'text' &&
  kind !== 'integer' &&
  kind !== 'double' &&
  kind !== 'negate'
