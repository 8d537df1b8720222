/** The form of broker properties: which are shown, what is wrong with a value, what would be saved. Pure. */
import type { ConfigPropertyView } from '../../../../../shared/configViews'

/** Edited values by key; null stands for "back to the default". */
export type Edits = ReadonlyMap<string, string | null>

export const editedValue = (property: ConfigPropertyView, edits: Edits): string => {
  const edit = edits.get(property.key)
  if (edit === undefined) return property.value
  return edit ?? property.defaultValue
}

/** With the edit added, or removed where it says what is saved already. */
export const withEdit = (
  edits: Edits,
  property: ConfigPropertyView,
  value: string | null
): Edits => {
  const next = new Map(edits)
  if ((value ?? property.defaultValue) === property.value) next.delete(property.key)
  else next.set(property.key, value)
  return next
}

export type ValueProblem = 'properties.invalidInteger' | 'properties.outOfRange'

export const valueProblem = (
  { type, min, max, readOnly, inert, defaultValue }: ConfigPropertyView,
  value: string
): ValueProblem | undefined => {
  // RocketMQ has no default for some of its keys.
  if (inert && value === defaultValue) return undefined
  if (readOnly || (type !== 'int' && type !== 'long')) return undefined
  if (!/^-?\d{1,19}$/.test(value)) return 'properties.invalidInteger'
  const number = BigInt(value)
  const isBelow = min !== undefined && number < BigInt(Math.ceil(min))
  const isAbove = max !== undefined && number > BigInt(Math.floor(max))
  return isBelow || isAbove ? 'properties.outOfRange' : undefined
}

const INT_MAX = 2 ** 31 - 1

/** The largest value, where it says more than "a Java int" or "a Java long" does. */
export const boundedMax = ({ max }: ConfigPropertyView): number | undefined =>
  max !== undefined && max < INT_MAX ? max : undefined

export const isModified = (property: ConfigPropertyView, value: string): boolean =>
  value !== property.defaultValue

/** Saved, but the broker still runs with another value. */
export const waitsForRestart = ({ value, runningValue }: ConfigPropertyView): boolean =>
  runningValue !== undefined && runningValue !== value

export interface PropertySection {
  name: string
  properties: ConfigPropertyView[]
}

export interface PropertyFilter {
  needle: string
  onlyModified: boolean
  edits: Edits
  describe: (key: string) => string
}

/** Sections in the order in which the engine first names them; what has no effect only where it is set or looked for. */
export const sectionsOf = (
  properties: readonly ConfigPropertyView[],
  { needle, onlyModified, edits, describe }: PropertyFilter
): PropertySection[] => {
  const wanted = needle.trim().toLowerCase()
  const sections = new Map<string, ConfigPropertyView[]>()
  for (const property of properties) {
    const value = editedValue(property, edits)
    if (onlyModified && !isModified(property, value) && !edits.has(property.key)) continue
    if (!wanted && property.inert && !isModified(property, value) && !edits.has(property.key))
      continue
    const text = `${property.key} ${describe(property.key)} ${value}`.toLowerCase()
    if (wanted && !text.includes(wanted)) continue
    const section = sections.get(property.section) ?? []
    section.push(property)
    sections.set(property.section, section)
  }
  return [...sections].map(([name, of]) => ({ name, properties: of }))
}
