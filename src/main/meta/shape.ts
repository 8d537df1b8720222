/** Turns what was read from disk into a typed value; throws with the reason where it does not fit. */
export type Parse<T> = (raw: unknown) => T

/** The type a parser yields: `type TopicConfigDoc = Shaped<typeof topicConfig>`. */
export type Shaped<P> = P extends Parse<infer T> ? T : never

const wrong = (expected: string, raw: unknown): never => {
  throw new TypeError(
    `expected ${expected}, found ${(JSON.stringify(raw) ?? 'nothing').slice(0, 60)}`
  )
}

const within = <T>(place: string, parse: Parse<T>, raw: unknown): T => {
  try {
    return parse(raw)
  } catch (error) {
    throw new TypeError(`${place}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error
    })
  }
}

export const str: Parse<string> = (raw) => (typeof raw === 'string' ? raw : wrong('a text', raw))

export const bool: Parse<boolean> = (raw) =>
  typeof raw === 'boolean' ? raw : wrong('true or false', raw)

/** A whole number a double holds exactly: within ±(2^53 − 1). */
export const int: Parse<number> = (raw) =>
  typeof raw === 'number' && Number.isSafeInteger(raw) ? raw : wrong('a whole number', raw)

export const num: Parse<number> = (raw) =>
  typeof raw === 'number' && Number.isFinite(raw) ? raw : wrong('a number', raw)

export const oneOf =
  <const T extends string>(...values: readonly T[]): Parse<T> =>
  (raw) =>
    values.find((value) => value === raw) ?? wrong(`one of ${values.join(', ')}`, raw)

export const listOf =
  <T>(item: Parse<T>): Parse<readonly T[]> =>
  (raw) =>
    Array.isArray(raw)
      ? raw.map((value, index) => within(`[${index}]`, item, value))
      : wrong('a list', raw)

export const pairOf =
  <A, B>(first: Parse<A>, second: Parse<B>): Parse<readonly [A, B]> =>
  (raw) =>
    Array.isArray(raw) && raw.length === 2 ? [first(raw[0]), second(raw[1])] : wrong('a pair', raw)

/** A map whose keys come from the wire: such names are values, never field names. */
export const pairs = listOf(pairOf(str, str))

/** A field older documents lack. */
export const withDefault =
  <T>(parse: Parse<T>, fallback: T): Parse<T> =>
  (raw) =>
    raw === undefined ? fallback : parse(raw)

/** An object with exactly these fields; others are dropped. */
export const shape =
  <F extends Readonly<Record<string, Parse<unknown>>>>(
    fields: F
  ): Parse<{ readonly [K in keyof F]: Shaped<F[K]> }> =>
  (raw) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
      return wrong('an object', raw)
    const source = raw as Readonly<Record<string, unknown>>
    const entries = Object.entries(fields).map(([name, parse]) => [
      name,
      within(name, parse, Object.hasOwn(source, name) ? source[name] : undefined)
    ])
    return Object.fromEntries(entries) as { readonly [K in keyof F]: Shaped<F[K]> }
  }
