/** How a property is declared once: parser, default, form and type follow. */
import type { ConfigUnit, ConfigValueType } from '../../../shared/configViews'

/** What a form and a command line need to know of one property. */
export interface PropertyDefinition {
  readonly key: string
  readonly type: ConfigValueType
  readonly section: string
  readonly defaultValue: string
  /** Takes effect at once; the others with the next start. */
  readonly hot: boolean
  /** Decided by the cluster; no client may change it. */
  readonly readOnly: boolean
  /** A key of RocketMQ that means nothing here: kept, answered and exported, without effect. */
  readonly inert: boolean
  /** Never told to anybody who asks for the properties. */
  readonly secret?: boolean
  readonly unit?: ConfigUnit
  readonly min?: number
  readonly max?: number
  readonly options?: readonly string[]
}

export interface Property<T> extends Omit<PropertyDefinition, 'key' | 'defaultValue' | 'inert'> {
  readonly initial: T
  /** What would be right, in words for the middle of a sentence. */
  readonly expected: string
  /** Undefined when the text is no such value. */
  readonly parse: (text: string) => T | undefined
}

export type PropertySpec = Readonly<
  Record<string, Property<string> | Property<number> | Property<boolean>>
>
export type ValuesOf<S extends PropertySpec> = {
  -readonly [K in keyof S]: S[K] extends Property<infer T> ? T : never
}

export interface PropertyTraits {
  readonly hot?: boolean
  readonly readOnly?: boolean
  readonly secret?: boolean
  readonly unit?: ConfigUnit
  readonly min?: number
  readonly max?: number
}

const traits = (section: string, { hot = false, readOnly = false, ...rest }: PropertyTraits) => ({
  section,
  hot,
  readOnly,
  ...rest
})

export const text = (
  section: string,
  initial: string,
  more: PropertyTraits = {},
  expected = 'a text without line breaks',
  isRight: (value: string) => boolean = (value) => !/[\r\n]/.test(value)
): Property<string> => ({
  ...traits(section, more),
  type: 'string',
  initial,
  expected,
  parse: (value) => (isRight(value) ? value : undefined)
})

export const flag = (
  section: string,
  initial: boolean,
  more: PropertyTraits = {}
): Property<boolean> => ({
  ...traits(section, more),
  type: 'boolean',
  initial,
  expected: 'true or false',
  parse: (value) => (value === 'true' ? true : value === 'false' ? false : undefined)
})

const whole =
  (type: 'int' | 'long', widest: number) =>
  (section: string, initial: number, more: PropertyTraits): Property<number> => {
    const { min = 0, max = widest } = more
    return {
      ...traits(section, { ...more, min, max }),
      type,
      initial,
      expected: `a whole number from ${min} to ${max}`,
      parse: (value) => {
        const number = /^[+-]?\d{1,16}$/.test(value) ? Number(value) : NaN
        return number >= min && number <= max ? number : undefined
      }
    }
  }
export const int = whole('int', 2 ** 31 - 1)
export const long = whole('long', Number.MAX_SAFE_INTEGER)

export const oneOf = <const T extends string>(
  section: string,
  options: readonly [T, ...T[]],
  more: PropertyTraits = {}
): Property<T> & { readonly options: readonly string[] } => ({
  ...traits(section, more),
  type: 'enum',
  options,
  initial: options[0],
  expected: options.length === 1 ? options[0] : `one of ${options.join(', ')}`,
  parse: (value) => options.find((option) => option === value)
})

export const MIB = 1024 * 1024
export const hot = { hot: true }
/** Decided by the cluster. */
export const cluster = { readOnly: true }
export const ms = { unit: 'ms', hot: true } as const
/** Shown as stars once it is set. */
export const secret = { secret: true }
export const count = { unit: 'count', hot: true } as const
export const bytes = { unit: 'bytes', hot: true } as const
export const percent = { unit: 'percent', hot: true } as const
