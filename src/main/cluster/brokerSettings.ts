/** The properties of a broker as a person sees them: what is saved, what runs, and what is wrong with a change. */
import type { ConfigPropertyView } from '../../shared/configViews'
import { brokerProperties, checkProperty, propertyOf } from '../broker/brokerConfig'
import { ProblemError } from './problem'

type Values = ReadonlyMap<string, string>

/** How a refusal names where the value came from: a flag, or a field of a form. */
type ReadOnlyCure = (key: string) => string

const flags: Readonly<Record<string, string>> = {
  listenPort: '--broker',
  namesrvAddr: '--namesrv',
  storePathRootDir: '--data'
}

const readOnlyCure: ReadOnlyCure = (key) => {
  const flag = flags[key]
  return flag ? `it is chosen with ${flag}` : 'the preset decides it'
}

/** Letters two names must begin with in common to be taken for one another. */
const ALIKE_LETTERS = 8

/** The property a person may have meant: the same but for upper and lower case, or of the same beginning. */
const alike = (key: string): string | undefined => {
  const wanted = key.toLowerCase()
  const names = brokerProperties.map((property) => property.key)
  return (
    names.find((name) => name.toLowerCase() === wanted) ??
    names.find(
      (name) =>
        wanted.length >= ALIKE_LETTERS &&
        name.toLowerCase().startsWith(wanted.slice(0, ALIKE_LETTERS))
    )
  )
}

const unknownProperty = (key: string): ProblemError => {
  const meant = alike(key)
  const cure = meant
    ? `did you mean ${meant}?`
    : "the broker's Properties in the console and mqadmin getBrokerConfig list them all"
  return new ProblemError(
    'UNKNOWN_PROPERTY',
    { key },
    `there is no broker property "${key}"; ${cure}`
  )
}

/** @throws ProblemError UNKNOWN_PROPERTY or INVALID_PROPERTY. */
export const refuseBadProperty = (key: string, value: string): void => {
  const problem = checkProperty(key, value)
  if (problem?.code === 'UNKNOWN_PROPERTY') throw unknownProperty(key)
  if (problem) {
    const { expected } = problem
    throw new ProblemError(
      'INVALID_PROPERTY',
      { key, expected },
      `${key} cannot be "${value}": expected ${expected}`
    )
  }
  if (propertyOf(key)?.readOnly) {
    const expected = readOnlyCure(key)
    throw new ProblemError(
      'INVALID_PROPERTY',
      { key, expected },
      `${key} cannot be set: ${expected}`
    )
  }
}

/** Every change, before any of them is saved. */
export const refuseBadChanges = (changes: Iterable<readonly [string, string | null]>): void => {
  for (const [key, value] of changes) {
    refuseBadProperty(key, value ?? propertyOf(key)?.defaultValue ?? '')
  }
}

/** What the next start runs with, the cluster's own properties left out. */
const plannedValue = (key: string, defaultValue: string, chosen: Values): string =>
  chosen.get(key) ?? defaultValue

export const isRestartNeeded = (chosen: Values, running: Values | undefined): boolean =>
  running !== undefined &&
  brokerProperties.some(
    ({ key, readOnly, defaultValue }) =>
      !readOnly && plannedValue(key, defaultValue, chosen) !== running.get(key)
  )

/** Changed keys that take effect without a restart, with the value to send. */
export const hotChanges = (
  changes: Iterable<readonly [string, string | null]>
): Record<string, string> =>
  Object.fromEntries(
    [...changes].flatMap(([key, value]) => {
      const definition = propertyOf(key)
      return definition?.hot ? [[key, value ?? definition.defaultValue]] : []
    })
  )

export const propertyViews = (chosen: Values, running: Values | undefined): ConfigPropertyView[] =>
  brokerProperties.map(({ options, ...definition }) => {
    const { key, defaultValue, readOnly } = definition
    const runningValue = running?.get(key)
    return {
      ...definition,
      // What the cluster decides is shown as it is; the saved value plays no part in it.
      value: readOnly
        ? (runningValue ?? plannedValue(key, defaultValue, chosen))
        : plannedValue(key, defaultValue, chosen),
      ...(options && { options: [...options] }),
      ...(runningValue !== undefined && { runningValue })
    }
  })
