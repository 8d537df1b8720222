/** A command line as its verb's options; as mqadmin reads it, one dash or two. */
import { parseArgs } from 'node:util'
import { UsageError, type OptionSpecs, type Verb } from './verb'

/** What every verb takes. */
export const commonOptions = {
  namesrvAddr: {
    short: 'n',
    about: 'nameservers, separated by semicolons; default NAMESRV_ADDR, else 127.0.0.1:9876'
  },
  accessKey: { about: 'user who signs; default GANTRY_ACCESS_KEY' },
  secretKey: { about: 'their password; better in GANTRY_SECRET_KEY, which other users do not see' },
  tls: { flag: true, about: 'speak TLS; any certificate will do, as to mqadmin' },
  json: { flag: true, about: 'one JSON value a line instead of tables' },
  help: { short: 'h', flag: true, about: 'print this text' }
} as const satisfies OptionSpecs

export type Parsed = Readonly<Record<string, string | boolean | undefined>>

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split(/\. |\n/)[0] ?? ''

/** mqadmin takes `-topic` for `--topic`, and a negative number behind an option is its value. */
const normalized = (args: readonly string[], options: OptionSpecs): string[] => {
  const given: string[] = []
  for (const arg of args) {
    const long = /^-([A-Za-z]{2,})$/.exec(arg)?.[1]
    const before = given.at(-1)
    if (long !== undefined && Object.hasOwn(options, long)) given.push(`--${long}`)
    else if (/^-\d+$/.test(arg) && before !== undefined && /^-\w$/.test(before))
      given[given.length - 1] = before + arg
    else if (/^-\d+$/.test(arg) && before !== undefined && /^--\w+$/.test(before))
      given[given.length - 1] = `${before}=${arg}`
    else given.push(arg)
  }
  return given
}

/** @throws UsageError for an option the verb has not, one it misses, or a word too many. */
export const parseVerb = (verb: Verb, args: readonly string[]): Parsed => {
  const all: OptionSpecs = { ...commonOptions, ...verb.options }
  const options = Object.fromEntries(
    Object.entries(all).map(([name, { short, flag }]) => [
      name,
      { type: flag ? ('boolean' as const) : ('string' as const), ...(short && { short }) }
    ])
  )
  const values = ((): Parsed => {
    try {
      const parsed = parseArgs({ args: normalized(args, all), options, allowPositionals: false })
      // Without `multiple` a value is a text or a boolean.
      return parsed.values
    } catch (error) {
      throw new UsageError(`${verb.name}: ${oneLine(error)}; gantry help ${verb.name} lists them`)
    }
  })()
  if (values['help'] === true) return values
  for (const [name, { required, short }] of Object.entries(verb.options))
    if (required && values[name] === undefined)
      throw new UsageError(
        `${verb.name}: ${short ? `-${short}, ` : ''}--${name} is missing; gantry help ${verb.name} says what it is`
      )
  if (verb.oneOf && !verb.oneOf.some((name) => values[name] !== undefined)) {
    const names = verb.oneOf.map((name) => `-${verb.options[name]?.short ?? name}`)
    throw new UsageError(`${verb.name}: give ${names.join(' or ')}`)
  }
  return values
}
