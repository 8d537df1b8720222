/** What a configuration file comes to, line by line, before anything of it is saved. Pure. */
import type { ConfigChange, ConfigCheck, ConfigLine } from '../../../shared/configViews'
import { MAX_CONFIG_TEXT_CHARS } from '../../../shared/limits'
import type { DocumentEntry } from '../../base/properties/configDocument'
import type { PropertyTable } from '../../base/properties/propertyTable'
import { ProblemError } from '../problem'

type Values = ReadonlyMap<string, string>
type Table = Pick<PropertyTable, 'of' | 'check' | 'nearest' | 'isBlackListed' | 'document'>

export interface CheckedText extends ConfigCheck {
  /** What the file chooses; nothing of refused, overridden or decided lines. */
  chosen: Map<string, string>
}

interface Node {
  table: Table
  /** What is saved now. */
  saved: Values
  /** What the cluster decides, as it is. */
  decided: Values
}

/** Java trims texts, and only texts: `true ` is no boolean to it, and `5 ` no number. */
const valueOf = ({ key, value }: DocumentEntry, table: Table): string => {
  const type = table.of(key)?.type
  return type === 'string' || type === 'enum' ? value.trim() : value
}

type Judged = Pick<ConfigLine, 'verdict'> &
  Partial<Pick<ConfigLine, 'actual' | 'expected' | 'nearest'>>

const judge = (entry: DocumentEntry, isLast: boolean, { table, decided }: Node): Judged => {
  const { key, isMalformed } = entry
  if (isMalformed) return { verdict: 'malformed' }
  if (!isLast) return { verdict: 'overridden' }
  if (table.isBlackListed(key)) return { verdict: 'blackListed' }
  const value = valueOf(entry, table)
  const definition = table.of(key)
  if (!definition) {
    const nearest = table.nearest(key)
    return { verdict: 'unknown', ...(nearest !== undefined && { nearest }) }
  }
  if (definition.readOnly) {
    const actual = decided.get(key)
    return { verdict: 'decided', ...(actual !== undefined && actual !== value && { actual }) }
  }
  const problem = table.check(key, value)
  if (problem) return { verdict: 'invalid', expected: problem.expected }
  return { verdict: definition.inert ? 'inert' : 'honoured' }
}

const refusing: ReadonlySet<string> = new Set(['malformed', 'unknown', 'invalid'])

export const changesBetween = (
  before: Values,
  after: Values,
  table: Pick<PropertyTable, 'of'>
): ConfigChange[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => ({
      key,
      before: before.get(key) ?? null,
      after: after.get(key) ?? null,
      hot: table.of(key)?.hot ?? false
    }))

/** @throws ProblemError CONFIG_TOO_LARGE. */
export const checkConfigText = (text: string, node: Node): CheckedText => {
  if (text.length > MAX_CONFIG_TEXT_CHARS)
    throw new ProblemError(
      'CONFIG_TOO_LARGE',
      { max: MAX_CONFIG_TEXT_CHARS },
      `a configuration file has at most ${MAX_CONFIG_TEXT_CHARS} characters, this one ${text.length}`
    )
  const entries = node.table.document.read(text)
  const last = new Map(entries.map((entry) => [entry.key, entry]))
  const chosen = new Map<string, string>()
  const lines = entries.map((entry): ConfigLine => {
    const { key, line, endLine } = entry
    const judged = judge(entry, last.get(key) === entry, node)
    if (judged.verdict === 'honoured' || judged.verdict === 'inert')
      chosen.set(key, valueOf(entry, node.table))
    return { key, line, endLine, isRefused: refusing.has(judged.verdict), ...judged }
  })
  return { lines, chosen, changes: changesBetween(node.saved, chosen, node.table) }
}

/** @throws ProblemError CONFIG_REFUSED, naming the first line that cannot be saved. */
export const refuseBadLines = (lines: readonly ConfigLine[]): void => {
  const refused = lines.filter(({ isRefused }) => isRefused)
  const [first] = refused
  if (!first) return
  const { line, key } = first
  throw new ProblemError(
    'CONFIG_REFUSED',
    { line, key: key.slice(0, 64), count: refused.length },
    `line ${line} (${key.slice(0, 64)}) cannot be saved, and so nothing was; lines refused: ${refused.length}`
  )
}
