/** Java properties text with its comments: read with line numbers, and edited in place. Java: java.util.Properties.load. */

export interface PropertyEntry {
  readonly key: string
  readonly value: string
  /** First and last line, from 1; more than one where a backslash ends a line. */
  readonly line: number
  readonly endLine: number
  /** Text before the value, where it lies on one line; an edit keeps it. */
  readonly lead: string
  /** An escape `\u` without four hexadecimal digits: Java refuses the whole file. */
  readonly isMalformed: boolean
}

const EOL = /\r\n|\r|\n/

const unescapeText = (text: string): string =>
  text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g,
    (_all, unicode: string | undefined, char: string) => {
      if (unicode !== undefined) return String.fromCharCode(parseInt(unicode, 16))
      const named: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }
      return named[char] ?? char
    }
  )

const malformed = /^(?:[^\\]|\\[^u]|\\u[0-9a-fA-F]{4})*\\u(?![0-9a-fA-F]{4})/

/** An odd number of backslashes at the end: the next line belongs to this one. */
const goesOn = (line: string): boolean => (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1

const withoutIndent = (line: string): string => line.replace(/^[ \t\f]+/, '')

/** `key=value`, `key:value` or `key value`; the key ends at the first of these that no backslash escapes. */
const parts = /^((?:\\[\s\S]|[^\\=: \t\f])*)([ \t\f]*[=:]?[ \t\f]*)([\s\S]*)$/

/** Every property in the order of the text, also those a later line overrides. */
export const readProperties = (text: string): PropertyEntry[] => {
  const lines = text.split(EOL)
  const entries: PropertyEntry[] = []
  for (let at = 0; at < lines.length; at++) {
    const first = at
    let logical = withoutIndent(lines[at]!)
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue
    while (goesOn(logical) && at + 1 < lines.length)
      logical = logical.slice(0, -1) + withoutIndent(lines[++at]!)
    // A backslash at the end of the text has nothing to escape: Java drops it.
    if (goesOn(logical)) logical = logical.slice(0, -1)
    const [, key = '', between = '', value = ''] = parts.exec(logical) ?? []
    const indent = lines[first]!.length - withoutIndent(lines[first]!).length
    entries.push({
      key: unescapeText(key),
      value: unescapeText(value),
      line: first + 1,
      endLine: at + 1,
      lead: first === at ? lines[first]!.slice(0, indent + key.length + between.length) : `${key}=`,
      isMalformed: malformed.test(logical)
    })
  }
  return entries
}

/** Key to value; the last of a key wins. */
export const propertiesOf = (text: string): Map<string, string> => {
  const properties = new Map<string, string>()
  for (const { key, value } of readProperties(text)) properties.set(key, value)
  return properties
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\f': '\\f' }

/** Java reads the text as ISO 8859-1, where a backslash escapes: paths and Chinese names must survive that. */
export const escapeValue = (value: string): string =>
  value
    .replace(/[\\\n\r\f]/g, (char) => escapes[char] ?? char)
    .replace(/^[ \t]/, '\\$&')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A lead that separates key and value; `key` alone, without a value, has none. */
const separated = ({ lead, value }: PropertyEntry): string =>
  value === '' && !/[=: \t\f]$/.test(lead) ? `${lead}=` : lead

/**
 * The text with some values changed and some properties removed (null); comments, order and the rest stay as they are.
 * New properties go to the end; of a property given twice, the last line stays.
 */
export const editProperties = (
  text: string,
  changes: ReadonlyMap<string, string | null>
): string => {
  const eol = EOL.exec(text)?.[0] ?? '\n'
  const lines: (string | undefined)[] = text.split(EOL)
  const missing = new Map(changes)
  for (const entry of readProperties(text).reverse()) {
    const wanted = changes.get(entry.key)
    if (wanted === undefined) continue
    const isLast = missing.delete(entry.key)
    if (isLast && wanted === entry.value) continue
    lines.fill(undefined, entry.line - 1, entry.endLine)
    if (isLast && wanted !== null) lines[entry.line - 1] = separated(entry) + escapeValue(wanted)
  }
  const kept = lines.filter((line) => line !== undefined)
  if (kept.at(-1) === '') kept.pop()
  for (const [key, value] of missing) if (value !== null) kept.push(`${key}=${escapeValue(value)}`)
  return kept.length === 0 ? '' : kept.join(eol) + eol
}
