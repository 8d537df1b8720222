/**
 * A header is declared once; parser, writer and type follow. Field names are exactly those of the wire.
 */
import { ResponseCode } from './codes/responseCode'
import { RemotingError, type ExtFields } from './remotingCommand'

interface Kind<T> {
  readonly expects: string
  /** undefined when the text is no such value. */
  parse(text: string): T | undefined
  format(value: T): string
}

interface Field<T, Optional extends boolean = boolean> {
  readonly kind: Kind<T>
  readonly optional: Optional
}

const field = <T>(kind: Kind<T>): Field<T, false> => ({ kind, optional: false })

/** Absent is allowed; Java: CFNullable. */
export const opt = <T>(inner: Field<T, false>): Field<T, true> => ({
  kind: inner.kind,
  optional: true
})

const DECIMAL = /^[+-]?\d{1,19}$/

/** Digits alone, so few that they make a small integer: what nearly every number on the wire is. -1 for anything else. */
const smallDecimal = (text: string): number => {
  const { length } = text
  if (length === 0 || length > 9) return -1
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

export const str = field<string>({
  expects: 'a string',
  parse: (text) => text,
  format: (value) => value
})

export const int = field<number>({
  expects: 'an int',
  parse: (text) => {
    const small = smallDecimal(text)
    if (small >= 0) return small
    const value = DECIMAL.test(text) ? Number(text) : NaN
    return value === (value | 0) ? value : undefined
  },
  format: String
})

/** Java's long. Beyond ±2^53 it is held at that bound: `Long.MAX_VALUE` means "no upper bound" to the admin tools. */
export const long = field<number>({
  expects: 'a long',
  parse: (text) => {
    if (!DECIMAL.test(text)) return undefined
    const value = Number(text)
    return Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
  },
  format: String
})

/** As Java reads it: anything but "true" is false. */
export const bool = field<boolean>({
  expects: 'a boolean',
  parse: (text) => text.toLowerCase() === 'true',
  format: String
})

type Spec = Record<string, Field<unknown>>

type HeaderOf<S> = {
  [K in keyof S as S[K] extends Field<unknown, false> ? K : never]: S[K] extends Field<infer T>
    ? T
    : never
} & {
  [K in keyof S as S[K] extends Field<unknown, true> ? K : never]?: S[K] extends Field<infer T>
    ? T | undefined
    : never
}

export interface HeaderDefinition<T> {
  /** The Java class it follows. */
  readonly name: string
  /** @throws RemotingError SYSTEM_ERROR naming the field, as Java's checkFields does. */
  decode(extFields: ExtFields): T
  /** Absent optional fields are left out. */
  encode(value: T): ExtFields
}

export type Decoded<D> = D extends HeaderDefinition<infer T> ? T : never

/** `onWire` gives the fields other names on the wire. */
export const defineHeader = <const S extends Record<string, Field<unknown>>>(
  name: string,
  spec: S,
  onWire?: Readonly<Record<keyof S, string>>
): HeaderDefinition<HeaderOf<S>> => {
  const fields = Object.entries(spec as Spec).map(([key, field]) => ({
    ...field,
    key,
    wire: onWire?.[key] ?? key
  }))
  return {
    name,
    decode: (extFields) => {
      const value: Record<string, unknown> = {}
      for (const { key, wire, kind, optional } of fields) {
        const text = extFields[wire]
        if (text === undefined) {
          if (optional) continue
          throw new RemotingError(
            ResponseCode.SYSTEM_ERROR,
            `${name}: the field ${wire} is missing`
          )
        }
        const parsed = kind.parse(text)
        if (parsed === undefined) {
          if (optional && text === '') continue
          throw new RemotingError(
            ResponseCode.SYSTEM_ERROR,
            `${name}: the field ${wire} must be ${kind.expects}, not "${text.slice(0, 64)}"`
          )
        }
        value[key] = parsed
      }
      return value as HeaderOf<S>
    },
    encode: (value) => {
      const extFields: ExtFields = {}
      for (const { key, wire, kind } of fields) {
        const given = (value as Record<string, unknown>)[key]
        if (given !== undefined && given !== null) extFields[wire] = kind.format(given)
      }
      return extFields
    }
  }
}
