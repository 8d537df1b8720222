/** What a verb of the command line is: a value, with its options as mqadmin's Java classes declare them. */
import type { Admin } from '../admin/admin'
import type { toolAdmin } from '../admin/toolAdmin'
import type { Clock } from '../base/clock'

export interface OptionSpec {
  short?: string
  about: string
  /** Takes no value. */
  flag?: true
  required?: true
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** By long name: true or false for a flag, the text for the others. */
export type Values<O extends OptionSpecs> = {
  [K in keyof O]: O[K] extends { flag: true }
    ? boolean
    : O[K] extends { required: true }
      ? string
      : string | undefined
}

export interface VerbContext {
  admin: Admin
  tools: ReturnType<typeof toolAdmin>
  /** `-n`, one or several. */
  namesrvAddresses: readonly string[]
  clock: Pick<Clock, 'now'>
  /** One answer: the value with `--json`, else the text. A verb that goes on for long shows several. */
  show: (value: unknown, text: () => string) => void
}

export interface Verb {
  name: string
  about: string
  options: OptionSpecs
  /** One of these must be given. */
  oneOf?: readonly string[]
  run(
    values: Readonly<Record<string, string | boolean | undefined>>,
    context: VerbContext
  ): Promise<void>
}

/** Keeps the types of the options with the function that reads them. */
export const verb = <const O extends OptionSpecs>(spec: {
  name: string
  about: string
  options: O
  oneOf?: readonly (keyof O & string)[]
  run(values: Values<O>, context: VerbContext): Promise<void>
}): Verb => ({
  ...spec,
  // What was parsed by `options` has the type that `options` give.
  run: (values, context) => spec.run(values as Values<O>, context)
})

/** The line was wrong: told in one line, exit code 2. */
export class UsageError extends Error {}

/** The line was right, what it names is not there: exit code 1. */
export class NotFoundError extends Error {}

/** @throws UsageError unless it is a whole number of the range. */
export const wholeNumber = (
  name: string,
  text: string | undefined,
  fallback: number,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {}
): number => {
  if (text === undefined) return fallback
  const value = /^-?\d+$/.test(text.trim()) ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw new UsageError(`--${name} ${text}: give a whole number from ${min} to ${max}`)
}

/** @throws UsageError unless `true` or `false`. Java takes any other word for false. */
export const truth = (name: string, text: string | undefined, fallback: boolean): boolean => {
  if (text === undefined) return fallback
  const word = text.trim().toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  throw new UsageError(`--${name} ${text}: give true or false`)
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)#(\d\d):(\d\d):(\d\d):(\d{1,3})$/

/** Milliseconds, `now`, or `yyyy-MM-dd#HH:mm:ss:SSS` in this machine's time zone. @throws UsageError. */
export const timestamp = (name: string, text: string, now: number): number => {
  const given = text.trim()
  if (given === 'now') return now
  if (/^-?\d+$/.test(given)) return Number(given)
  const parts = DATE.exec(given)?.slice(1).map(Number)
  if (!parts)
    throw new UsageError(
      `--${name} ${text}: give milliseconds since 1970, now, or a date as 2026-11-23#08:00:00:000`
    )
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts
  return new Date(year, month - 1, day, hours, minutes, seconds, ms).getTime()
}
