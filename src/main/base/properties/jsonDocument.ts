/** A flat JSON object as a configuration file: read with line numbers, and edited. Java: fastjson, in ConfigurationManager. */
import type { ConfigValueType } from '../../../shared/configViews'
import type { DocumentChanges, DocumentEntry } from './configDocument'

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

const malformedAt = (line: number): DocumentEntry[] => [
  { key: '', value: '', line, endLine: line, isMalformed: true }
]

/** Undefined where it is none; the place is that of the first thing wrong. */
const parsed = (text: string): { isObject: boolean; line: number } => {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return { isObject, line: 1 }
  } catch (error) {
    const at = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    return { isObject: false, line: lineAt(text, at === undefined ? text.length : Number(at)) }
  }
}

interface RawEntry {
  key: string
  /** As it stands there. */
  raw: string
  line: number
  endLine: number
}

/** Of a text that is a JSON object. */
const rawEntries = (text: string): RawEntry[] => {
  const entries: RawEntry[] = []
  let depth = 0
  let key: { name: string; at: number } | undefined
  let valueAt: number | undefined
  const end = (at: number): void => {
    if (key && valueAt !== undefined) {
      const raw = text.slice(valueAt, at).trim()
      const endLine = lineAt(text, valueAt + raw.length)
      entries.push({ key: key.name, raw, line: lineAt(text, key.at), endLine })
    }
    key = valueAt = undefined
  }
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const isClosing = token === '}' || token === ']'
    if (depth === 1 && (token === ',' || isClosing)) end(index)
    else if (depth === 1 && !key) key = { name: JSON.parse(token) as string, at: index }
    else if (depth === 1 && token !== ':') valueAt ??= index
    if (token === '{' || token === '[') depth++
    if (isClosing) depth--
  }
  return entries
}

/** As fastjson gives it to a field of text. */
const textOf = (raw: string): string => {
  const value: unknown = JSON.parse(raw)
  return value === null ? '' : typeof value === 'string' ? value : raw
}

/** An empty text is an empty object. */
export const jsonEntries = (text: string): DocumentEntry[] => {
  if (text.trim() === '') return []
  const { isObject, line } = parsed(text)
  if (!isObject) return malformedAt(line)
  return rawEntries(text).map(({ key, raw, line, endLine }) => ({
    ...{ key, line, endLine },
    value: textOf(raw),
    isMalformed: false
  }))
}

const rawOf = (value: string, type: ConfigValueType | undefined): string => {
  const isNumber = type === 'int' || type === 'long' || type === 'double'
  const isPlain =
    (type === 'boolean' && /^(true|false)$/.test(value)) ||
    (isNumber && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value))
  return isPlain ? value : JSON.stringify(value)
}

/** One property a line, in the order of the text; a text in which nothing changes stays as it is. */
export const editJson = (
  text: string,
  changes: DocumentChanges,
  typeOf: (key: string) => ConfigValueType | undefined
): string => {
  const isObject = text.trim() !== '' && parsed(text).isObject
  const values = new Map(isObject ? rawEntries(text).map(({ key, raw }) => [key, raw]) : [])
  let isChanged = false
  for (const [key, wanted] of changes) {
    const raw = values.get(key)
    if (wanted === null) isChanged = values.delete(key) || isChanged
    else if (raw === undefined || textOf(raw) !== wanted) {
      values.set(key, rawOf(wanted, typeOf(key)))
      isChanged = true
    }
  }
  if (!isChanged) return text
  const lines = [...values].map(([key, raw]) => `  ${JSON.stringify(key)}: ${raw}`)
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`
}
