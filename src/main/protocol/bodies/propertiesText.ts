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

/** One `key=value` a line, unescaped, as the Java servers write it. */
export const formatPropertiesText = (
  properties: Iterable<readonly [string, string | number | boolean]>
): string => {
  let text = ''
  for (const [key, value] of properties) text += `${key}=${value}\n`
  return text
}
