/** Which header fields make a request. RFC 9113, 8.2 and 8.3. Said once of each entry of a table, and summed up with `|`. */

/** What is known of a field, and of a list of them. */
export const Field = {
  METHOD: 1,
  SCHEME: 2,
  PATH: 4,
  AUTHORITY: 8,
  REGULAR: 16,
  /** Not every value is right. */
  IS_VALUE_RULED: 32,
  BAD_NAME: 64,
  BAD_VALUE: 128,
  /** A pseudo field twice, or after the others. */
  BAD_ORDER: 256
} as const

const PSEUDO = Field.METHOD | Field.SCHEME | Field.PATH | Field.AUTHORITY
const REQUIRED = Field.METHOD | Field.SCHEME | Field.PATH
const BAD = Field.BAD_NAME | Field.BAD_VALUE | Field.BAD_ORDER

const ruled: ReadonlyMap<string, number> = new Map([
  [':method', Field.METHOD],
  [':scheme', Field.SCHEME],
  [':path', Field.PATH | Field.IS_VALUE_RULED],
  [':authority', Field.AUTHORITY],
  ['te', Field.REGULAR | Field.IS_VALUE_RULED],
  ['content-length', Field.REGULAR | Field.IS_VALUE_RULED],
  ['connection', Field.BAD_NAME],
  ['keep-alive', Field.BAD_NAME],
  ['proxy-connection', Field.BAD_NAME],
  ['transfer-encoding', Field.BAD_NAME],
  ['upgrade', Field.BAD_NAME]
])

/** Without upper case, colons, blanks, control characters and what is not ASCII. */
const NAME = /^[!-9;-@[-~]+$/
const BREAKS_A_LINE = /[\0\r\n]/

export const nameRule = (name: string): number =>
  ruled.get(name) ?? (NAME.test(name) ? Field.REGULAR : Field.BAD_NAME)

const isRuledValueRight = (name: string, value: string): boolean => {
  if (name === 'te') return value === 'trailers'
  if (name === ':path') return value !== ''
  return /^\d{1,15}$/.test(value)
}

/** `rule`: of its name, or of another field of that name. */
export const fieldRule = (rule: number, name: string, value: string): number => {
  const isRight =
    !BREAKS_A_LINE.test(value) &&
    ((rule & Field.IS_VALUE_RULED) === 0 || isRuledValueRight(name, value))
  return isRight ? rule & ~Field.BAD_VALUE : rule | Field.BAD_VALUE
}

/** Of a list that was `seen`, and one more field. */
export const withField = (seen: number, rule: number): number => {
  const pseudo = rule & PSEUDO
  const isMisplaced = pseudo !== 0 && (seen & (pseudo | Field.REGULAR)) !== 0
  return isMisplaced ? seen | rule | Field.BAD_ORDER : seen | rule
}

/** Everything a request needs, and nothing that must not be. */
export const isRequest = (seen: number): boolean => (seen & (REQUIRED | BAD)) === REQUIRED

export const isTrailers = (seen: number): boolean => (seen & (PSEUDO | BAD)) === 0
