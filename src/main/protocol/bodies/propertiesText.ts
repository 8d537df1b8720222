/** Java properties text, as config requests (25, 26, 318, 319) carry it. Java: MixAll.string2Properties, properties2String. */

const unescapeText = (text: string): string =>
  text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/g,
    (_all, unicode: string | undefined, char: string) => {
      if (unicode !== undefined) return String.fromCharCode(parseInt(unicode, 16))
      const named: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }
      return named[char] ?? char
    }
  )

/** `key=value`, `key:value` or `key value`, one a line; comments and empty lines are skipped, the last of a key wins. */
export const parsePropertiesText = (text: string): Map<string, string> => {
  const properties = new Map<string, string>()
  for (const line of text.replace(/\\\r?\n[ \t\f]*/g, '').split(/\r\n|\r|\n/)) {
    const trimmed = line.replace(/^[ \t\f]+/, '')
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!')) continue
    const match = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/.exec(trimmed)
    if (match) properties.set(unescapeText(match[1]!), unescapeText(match[2]!))
  }
  return properties
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\f': '\\f' }

/** Java reads the text as ISO 8859-1, where a backslash escapes: paths and Chinese names must survive that. */
const escapeText = (text: string): string =>
  text
    .replace(/[\\\n\r\f]/g, (char) => escapes[char] ?? char)
    .replace(/^[ \t]/, '\\$&')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** One `key=value` a line. Reading it back gives the same values, in Java too. */
export const formatPropertiesText = (
  properties: Iterable<readonly [string, string | number | boolean]>
): string => {
  let text = ''
  for (const [key, value] of properties) text += `${key}=${escapeText(String(value))}\n`
  return text
}
