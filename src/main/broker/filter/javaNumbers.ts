/** Numbers as Java compares them: the type of a literal decides how a property's text is read. */

export type JavaNumber =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'long'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }

const INT_MIN = -(2n ** 31n)
const INT_MAX = 2n ** 31n - 1n
export const LONG_MIN = -(2n ** 63n)
export const LONG_MAX = 2n ** 63n - 1n

/** Java: ConstantExpression.createFromDecimal. */
export const javaInteger = (value: bigint): JavaNumber =>
  value >= INT_MIN && value <= INT_MAX
    ? { type: 'int', value: Number(value) }
    : { type: 'long', value }

export const negated = (number: JavaNumber): JavaNumber => {
  switch (number.type) {
    case 'int':
      // There is no -0 among Java's integers.
      return { type: 'int', value: 0 - number.value }
    case 'long':
      return { type: 'long', value: -number.value }
    case 'double':
      return { type: 'double', value: -number.value }
  }
}

/** Where digits begin behind a sign; undefined where the text is no whole number. */
const digitsFrom = (text: string): number | undefined => {
  const from = text[0] === '-' || text[0] === '+' ? 1 : 0
  if (text.length === from) return undefined
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return undefined
  }
  return from
}

/** Java: Long.valueOf, of ASCII digits; undefined where it throws. */
const parseLong = (text: string): bigint | undefined => {
  let from = digitsFrom(text)
  if (from === undefined) return undefined
  while (text[from] === '0') from++
  // More digits cannot fit, and reading thousands of them would not take linear time.
  if (text.length - from > 19) return undefined
  const size = BigInt(text.slice(from) || '0')
  const value = text[0] === '-' ? -size : size
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined
}

/** Java: Integer.valueOf, of ASCII digits; undefined where it throws. */
const parseInt32 = (text: string): number | undefined => {
  if (digitsFrom(text) === undefined) return undefined
  const value = Number(text)
  if (value < -2_147_483_648 || value > 2_147_483_647) return undefined
  // "-0" is 0.
  return value + 0
}

/** No part can match what another may: linear time. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/

/** What Java's String.trim takes away: everything up to the blank. */
const trimmed = (text: string): string => {
  let from = 0
  let end = text.length
  while (from < end && text.charCodeAt(from) <= 32) from++
  while (end > from && text.charCodeAt(end - 1) <= 32) end--
  return text.slice(from, end)
}

/** Java: Double.valueOf, without hexadecimal numbers; undefined where it throws. */
export const parseDouble = (text: string): number | undefined => {
  const bare = trimmed(text)
  if (DECIMAL.test(bare)) {
    const last = bare.charCodeAt(bare.length - 1) | 32
    return Number(last === 100 || last === 102 ? bare.slice(0, -1) : bare)
  }
  switch (bare) {
    case 'NaN':
    case '+NaN':
    case '-NaN':
      return NaN
    case 'Infinity':
    case '+Infinity':
      return Infinity
    case '-Infinity':
      return -Infinity
    default:
      return undefined
  }
}

/** Java: Double.compare: -0 is below 0, NaN above everything and equal to itself. */
export const compareDoubles = (left: number, right: number): number => {
  if (left < right) return -1
  if (left > right) return 1
  if (Object.is(left, right)) return 0
  if (Number.isNaN(left)) return 1
  return Number.isNaN(right) || Object.is(left, -0) ? -1 : 1
}

const compare = <T extends number | bigint>(left: T, right: T): number =>
  left < right ? -1 : left > right ? 1 : 0

/** A text against a number, read as the number's type; undefined where it cannot be read so. */
export const compareTextToNumber = (text: string, number: JavaNumber): number | undefined => {
  switch (number.type) {
    case 'int': {
      const value = parseInt32(text)
      return value === undefined ? undefined : compare(value, number.value)
    }
    case 'long': {
      const value = parseLong(text)
      return value === undefined ? undefined : compare(value, number.value)
    }
    case 'double': {
      const value = parseDouble(text)
      return value === undefined ? undefined : compareDoubles(value, number.value)
    }
  }
}

/** Of two types the wider one decides. */
export const compareNumbers = (left: JavaNumber, right: JavaNumber): number =>
  left.type === 'double' || right.type === 'double'
    ? compareDoubles(Number(left.value), Number(right.value))
    : compare(BigInt(left.value), BigInt(right.value))
