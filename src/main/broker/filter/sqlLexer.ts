/** Words, numbers, texts and signs of an SQL92 expression. Java: SelectorParserTokenManager. */
import { MAX_EXPRESSION_LENGTH, SqlSyntaxError } from './sqlExpression'

export const keywords = [
  'NOT',
  'AND',
  'OR',
  'BETWEEN',
  'IN',
  'TRUE',
  'FALSE',
  'NULL',
  'IS',
  'CONTAINS',
  'STARTSWITH',
  'ENDSWITH'
] as const
export type Keyword = (typeof keywords)[number]

const signs = ['<>', '>=', '<=', '=', '>', '<', '(', ')', ',', '+', '-'] as const
export type Sign = (typeof signs)[number]

export type TokenKind = Keyword | Sign | 'name' | 'integer' | 'double' | 'text' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; of a text what it says. */
  readonly image: string
  /** Of its first character, from 1. */
  readonly at: number
}

const keywordOf = new Map<string, Keyword>(keywords.map((keyword) => [keyword, keyword]))

const isDigit = (char: string | undefined): boolean =>
  char !== undefined && char >= '0' && char <= '9'
const isNameStart = (char: string | undefined): boolean =>
  char !== undefined &&
  ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_' || char === '$')
const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\n' || char === '\r' || char === '\f'

/** Signs of other languages, and what to write here. */
const advice = new Map([
  ['!', 'write <> for "not equal" and NOT for "not"'],
  ['"', "texts stand in single quotes: 'text'"],
  ['&', 'write AND'],
  ['|', 'write OR'],
  ['%', 'write CONTAINS, STARTSWITH or ENDSWITH for patterns']
])

class Lexer {
  private readonly tokens: Token[] = []
  private at = 0

  constructor(private readonly text: string) {}

  run(): Token[] {
    for (this.skipBlanks(); this.at < this.text.length; this.skipBlanks()) this.next()
    this.tokens.push({ kind: 'end', image: '', at: this.text.length + 1 })
    return this.tokens
  }

  private next(): void {
    const char = this.text[this.at]
    if (isNameStart(char)) return this.word()
    if (isDigit(char) || (char === '.' && isDigit(this.text[this.at + 1]))) return this.number()
    if (char === "'") return this.quoted()
    const sign = signs.find((known) => this.text.startsWith(known, this.at))
    if (sign) return this.push(sign, this.at + sign.length)
    const shown = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)
    const hint = advice.get(shown)
    throw this.error(`unexpected ${shown}${hint === undefined ? '' : `; ${hint}`}`)
  }

  /** Also comments; a line comment may end with the text. */
  private skipBlanks(): void {
    for (;;) {
      while (isSpace(this.text[this.at])) this.at++
      if (this.text.startsWith('--', this.at)) {
        while (this.at < this.text.length && !/[\n\r]/.test(this.text[this.at] ?? '')) this.at++
      } else if (this.text.startsWith('/*', this.at)) {
        const end = this.text.indexOf('*/', this.at + 2)
        if (end < 0) throw this.error('the comment has no end, */')
        this.at = end + 2
      } else return
    }
  }

  private word(): void {
    let end = this.at + 1
    while (isNameStart(this.text[end]) || isDigit(this.text[end])) end++
    this.push(keywordOf.get(this.text.slice(this.at, end).toUpperCase()) ?? 'name', end)
  }

  private number(): void {
    const whole = this.digitsEnd(this.at)
    const hasFraction = this.text[whole] === '.'
    const mantissa = hasFraction ? this.digitsEnd(whole + 1) : whole
    const exponent = this.exponentEnd(mantissa)
    if (hasFraction || exponent > mantissa) return this.push('double', exponent)
    // As RocketMQ reads them: no integer begins with 0 but 0 itself.
    if (this.text[this.at] === '0') return this.push('integer', this.at + 1)
    const isLong = this.text[whole] === 'l' || this.text[whole] === 'L'
    this.push('integer', isLong ? whole + 1 : whole)
  }

  private digitsEnd(from: number): number {
    let end = from
    while (isDigit(this.text[end])) end++
    return end
  }

  private exponentEnd(from: number): number {
    if (this.text[from] !== 'e' && this.text[from] !== 'E') return from
    const sign = this.text[from + 1]
    const digits = sign === '+' || sign === '-' ? from + 2 : from + 1
    const end = this.digitsEnd(digits)
    return end > digits ? end : from
  }

  private quoted(): void {
    const parts: string[] = []
    let from = this.at + 1
    for (;;) {
      const end = this.text.indexOf("'", from)
      if (end < 0) throw this.error("the text has no closing quote, '")
      parts.push(this.text.slice(from, end))
      from = end + 1
      if (this.text[from] !== "'") break
      from++
    }
    this.tokens.push({ kind: 'text', image: parts.join("'"), at: this.at + 1 })
    this.at = from
  }

  private push(kind: TokenKind, end: number): void {
    this.tokens.push({ kind, image: this.text.slice(this.at, end), at: this.at + 1 })
    this.at = end
  }

  private error(reason: string): SqlSyntaxError {
    return new SqlSyntaxError(this.at + 1, reason)
  }
}

/** Ends with a token `end`. @throws SqlSyntaxError. */
export const tokensOf = (text: string): Token[] => {
  if (text.length > MAX_EXPRESSION_LENGTH)
    throw new SqlSyntaxError(
      MAX_EXPRESSION_LENGTH + 1,
      `the expression has ${text.length} characters, at most ${MAX_EXPRESSION_LENGTH} are allowed`
    )
  return new Lexer(text).run()
}
