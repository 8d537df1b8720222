/** The flags of `npm run bench -- --peer`, and what they ask to be measured. */
import { parseArgs } from 'node:util'
import type { ServerLine } from '../../tests/compat/javaClients/lines'

export const HELP = `Usage: npm run bench -- --peer [flags]

Drives stock Apache RocketMQ and Gantry in turn with one driver and prints both. Needs java (17) and mvn on the path.

  --quick               fewer and shorter rounds and warm-ups: only indicative
  --rounds N            measured rounds of a row (default 5; quick 2)
  --seconds S           measured seconds of a round, 1 s of warm-up before each (default 3; quick 1)
  --warmup S            seconds of load on a fresh JVM before its first row (default 60; quick 20)
  --only-version V      4.9.7 (4.9.8 means it too) or 5.5.0; repeatable (default both)
  --only-flush F        ASYNC_FLUSH or SYNC_FLUSH; repeatable (default both)
  --rows TEXT           rows whose name holds TEXT, as "1024 B, 1 × 64" or "1x64"; repeatable
  --headers H           json, binary; repeatable (default both; quick json)
  --java                also with RocketMQ's own benchmark producer and consumer
  --only-java           with them alone
  --java-seconds S      seconds of a producer run, the first half is dropped (default 80; quick 40)
  --java-rounds N       (default 2; quick 1)
  --drain N             messages the consumer is given to drain (default 3000000; quick 1000000)
  --tolerate-noise      keep rounds in which other processes took more than 12 % of the machine
  --profile ROW         no comparison: CPU profile of Gantry's broker for the rows whose name holds ROW
  --help                print this text

Temporary files lie in TMPDIR. A whole run wants an idle machine; where it cannot have one, "nice -n -5 npm run
bench -- --peer" as root gives both servers and the driver the same advantage over the rest.`

export const FLUSHES = ['ASYNC_FLUSH', 'SYNC_FLUSH'] as const
export type Flush = (typeof FLUSHES)[number]

export const VERSIONS = [
  { version: '4.9.7', line: 'server-4.9', client: 'client-4.9' },
  { version: '5.5.0', line: 'server-5.5', client: 'client-5.3' }
] as const satisfies readonly { version: string; line: ServerLine; client: string }[]
export type Version = (typeof VERSIONS)[number]

/** What people call the line; 4.9.8 has a client on Maven Central but no broker. */
const SAME_AS: Readonly<Record<string, string>> = {
  '4.9': '4.9.7',
  '4.9.8': '4.9.7',
  '5.5': '5.5.0'
}

export interface Row {
  name: string
  binary: boolean
  bodyBytes: number
  connections: number
  inFlight: number
}

export interface Options {
  rounds: number
  seconds: number
  warmupSeconds: number
  versions: readonly Version[]
  flushes: readonly Flush[]
  rows: readonly Row[]
  wire: boolean
  java: boolean
  javaSeconds: number
  javaRounds: number
  drainMessages: number
  tolerateNoise: boolean
  profile: boolean
}

const SHAPES = [
  [1, 1],
  [1, 32],
  [1, 64],
  [8, 32],
  [32, 1]
] as const

const ALL_ROWS: readonly Row[] = [false, true].flatMap((binary) =>
  [128, 1024].flatMap((bodyBytes) =>
    SHAPES.map(([connections, inFlight]) => ({
      name: `${bodyBytes} B, ${connections} × ${inFlight}`,
      binary,
      bodyBytes,
      connections,
      inFlight
    }))
  )
)

const plain = (text: string): string =>
  text.toLowerCase().replaceAll('×', 'x').replace(/[\s,]/g, '')

/** `1x1` is not a part of `1x128`: behind the number asked for stands no further digit. */
const holds = (row: Row, wanted: string): boolean => {
  const asked = plain(wanted).replace(/[^a-z0-9]/g, '')
  return new RegExp(`(^|[^0-9])${asked}($|[^0-9])`).test(plain(row.name))
}

const pick = <T>(
  all: readonly T[],
  wanted: string[] | undefined,
  flag: string,
  nameOf: (item: T) => string
): T[] => {
  if (!wanted) return [...all]
  for (const name of wanted) {
    if (!all.some((item) => nameOf(item) === name))
      throw new RangeError(`--${flag} ${name}: known are ${all.map(nameOf).join(', ')}`)
  }
  return all.filter((item) => wanted.includes(nameOf(item)))
}

const number = (flag: string, text: string | undefined, fallback: number): number => {
  const value = text === undefined ? fallback : Number(text)
  if (!(value > 0)) throw new RangeError(`--${flag} ${text}: a number above 0 is expected`)
  return value
}

/** Undefined when help was asked for. @throws RangeError or TypeError for a flag that is wrong. */
export const parseOptions = (args: string[]): Options | undefined => {
  const text = { type: 'string' } as const
  const texts = { type: 'string', multiple: true } as const
  const yes = { type: 'boolean' } as const
  const { values } = parseArgs({
    args,
    options: {
      peer: yes,
      quick: yes,
      rounds: text,
      seconds: text,
      warmup: text,
      'only-version': texts,
      'only-flush': texts,
      rows: texts,
      headers: texts,
      java: yes,
      'only-java': yes,
      'java-seconds': text,
      'java-rounds': text,
      drain: text,
      'tolerate-noise': yes,
      profile: texts,
      help: yes
    }
  })
  if (values.help) return undefined
  const quick = values.quick ?? false
  const asked = [...(values.rows ?? []), ...(values.profile ?? [])]
  const headers = pick(
    ['json', 'binary'],
    values.headers ?? (quick ? ['json'] : undefined),
    'headers',
    String
  )
  const rows = ALL_ROWS.filter(
    (row) =>
      headers.includes(row.binary ? 'binary' : 'json') &&
      (asked.length === 0 || asked.some((name) => holds(row, name)))
  )
  if (rows.length === 0)
    throw new RangeError(
      `no row is named so: ${asked.join(', ')}; known are ${[...new Set(ALL_ROWS.map((row) => row.name))].join('; ')}`
    )
  return {
    rounds: number('rounds', values.rounds, quick ? 2 : 5),
    seconds: number('seconds', values.seconds, quick ? 1 : 3),
    warmupSeconds: number('warmup', values.warmup, quick ? 20 : 60),
    versions: pick(
      VERSIONS,
      values['only-version']?.map((version) => SAME_AS[version] ?? version),
      'only-version',
      ({ version }) => version
    ),
    flushes: pick(FLUSHES, values['only-flush'], 'only-flush', String),
    rows,
    wire: !values['only-java'],
    java: (values.java ?? false) || (values['only-java'] ?? false),
    javaSeconds: number('java-seconds', values['java-seconds'], quick ? 40 : 80),
    javaRounds: number('java-rounds', values['java-rounds'], quick ? 1 : 2),
    drainMessages: number('drain', values.drain, quick ? 1_000_000 : 3_000_000),
    tolerateNoise: values['tolerate-noise'] ?? false,
    profile: values.profile !== undefined
  }
}

/** Seconds that starts, stops and the gaps between jobs take, from experience. */
const START_SECONDS = 8
const GAP_SECONDS = 0.2
const DRAIN_SECONDS = 75

export const estimatedSeconds = (options: Options): number => {
  const { rounds, seconds, warmupSeconds, rows, versions, flushes } = options
  const grid =
    warmupSeconds +
    warmupSeconds / 6 +
    START_SECONDS +
    rows.length * rounds * 2 * (1 + seconds + GAP_SECONDS)
  const java = 2 * 2 * (options.javaRounds * options.javaSeconds + DRAIN_SECONDS) + START_SECONDS
  return (
    versions.length * flushes.length * ((options.wire ? grid : 0) + (options.java ? java : 0)) +
    (options.wire ? versions.length * rounds * START_SECONDS : 0)
  )
}
