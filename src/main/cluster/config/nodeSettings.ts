/** The properties of a node as a person sees them: what is saved, what runs, and what is wrong with a change. */
import type { ConfigPropertyView } from '../../../shared/configViews'
import type { PropertyTable } from '../../base/properties/propertyTable'
import { brokerTable } from '../../broker/brokerConfig'
import { ProblemError } from '../problem'

type Values = ReadonlyMap<string, string>
type Table = Pick<PropertyTable, 'honoured' | 'inert' | 'of' | 'check' | 'nearest'>

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

const unknownProperty = (key: string, table: Table): ProblemError => {
  const meant = table.nearest(key)
  const cure = meant
    ? `did you mean ${meant}?`
    : "the node's configuration in the console and mqadmin getBrokerConfig list them all"
  return new ProblemError(
    'UNKNOWN_PROPERTY',
    { key },
    `there is no broker property "${key}"; ${cure}`
  )
}

/** @throws ProblemError UNKNOWN_PROPERTY or INVALID_PROPERTY. */
export const refuseBadProperty = (key: string, value: string, table: Table = brokerTable): void => {
  const problem = table.check(key, value)
  if (problem?.code === 'UNKNOWN_PROPERTY') throw unknownProperty(key, table)
  if (problem) {
    const { expected } = problem
    throw new ProblemError(
      'INVALID_PROPERTY',
      { key, expected },
      `${key} cannot be "${value}": expected ${expected}`
    )
  }
  if (table.of(key)?.readOnly) {
    const expected = readOnlyCure(key)
    throw new ProblemError(
      'INVALID_PROPERTY',
      { key, expected },
      `${key} cannot be set: ${expected}`
    )
  }
}

/** Every change, before any of them is saved. */
export const refuseBadChanges = (
  changes: Iterable<readonly [string, string | null]>,
  table: Table
): void => {
  for (const [key, value] of changes) {
    refuseBadProperty(key, value ?? table.of(key)?.defaultValue ?? '', table)
  }
}

/** What the next start runs with, the cluster's own properties left out. */
const plannedValue = (key: string, defaultValue: string, chosen: Values): string =>
  chosen.get(key) ?? defaultValue

export const isRestartNeeded = (
  chosen: Values,
  running: Values | undefined,
  table: Pick<Table, 'honoured'>
): boolean =>
  running !== undefined &&
  table.honoured.some(
    ({ key, readOnly, secret, defaultValue }) =>
      !readOnly && !secret && plannedValue(key, defaultValue, chosen) !== running.get(key)
  )

/** Changed keys that take effect without a restart, with the value to send. */
export const hotChanges = (
  changes: Iterable<readonly [string, string | null]>,
  table: Table
): Map<string, string> =>
  new Map(
    [...changes].flatMap(([key, value]) => {
      const definition = table.of(key)
      return definition?.hot ? [[key, value ?? definition.defaultValue] as const] : []
    })
  )

/** What a node runs with and the cluster does not decide, where it is not the default. */
export const changedFromDefaults = (table: Table, running: Values): Map<string, string> =>
  new Map(
    [...running].filter(([key, value]) => {
      const definition = table.of(key)
      return definition && !definition.readOnly && definition.defaultValue !== value
    })
  )

interface Shown {
  table: Table
  chosen: Values
  running: Values | undefined
  /** What the cluster decides; shown while the node does not run. */
  decided: Readonly<Record<string, string>>
}

/** Every property: those that take effect in the order of declaration, then those that do not. */
export const propertyViews = ({ table, chosen, running, decided }: Shown): ConfigPropertyView[] =>
  [...table.honoured, ...table.inert].map(({ options, ...definition }) => {
    const { key, defaultValue, readOnly, inert, secret } = definition
    // A node tells no secrets, so nothing is known of what it runs with.
    const known = secret ? undefined : running?.get(key)
    const runningValue = known ?? (running && inert ? defaultValue : undefined)
    return {
      ...definition,
      // What the cluster decides is shown as it is; the saved value plays no part in it.
      value: readOnly
        ? (runningValue ?? decided[key] ?? defaultValue)
        : plannedValue(key, defaultValue, chosen),
      ...(options && { options: [...options] }),
      ...(runningValue !== undefined && { runningValue })
    }
  })
