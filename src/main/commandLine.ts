/** The flags of both hosts. The headless contract is stable: scripts depend on names, defaults and exit codes. */
import { homedir } from 'node:os'
import { parseArgs } from 'node:util'
import { AUTO, type AddressFlags } from './cluster/addresses/addresses'
import { refuseBadProperty } from './cluster/config/nodeSettings'
import { defaultDataPath } from './cluster/dataFolder'
import {
  BROKER_PORT_STEP,
  DEFAULT_PRESET,
  presetNames,
  type PresetName
} from '../shared/clusterPresets'
import { knownPreset } from './cluster/presets'
import { ProblemError } from './cluster/problem'
import { isIpAddress } from './protocol/message/host'

export interface CommandLine {
  /** As given, or the platform's own place. */
  data: string
  /** At most one of these two; without either the cluster that ran last. */
  preset: PresetName | undefined
  clusterFile: string | undefined
  /** Undefined: as the cluster has them. */
  namesrvPort: number | undefined
  brokerPort: number | undefined
  grpcPort: number | undefined
  consolePort: number
  /** `--host`, `--advertise`: IP addresses, or `auto` for the latter. */
  addresses: AddressFlags
  /** `--set`: for every broker. */
  properties: ReadonlyMap<string, string>
  json: boolean
  help: boolean
  version: boolean
}

const options = {
  data: { type: 'string' },
  preset: { type: 'string' },
  cluster: { type: 'string' },
  namesrv: { type: 'string' },
  broker: { type: 'string' },
  grpc: { type: 'string' },
  console: { type: 'string' },
  host: { type: 'string' },
  advertise: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' }
} as const

export const HELP = `Usage: npm run headless -- [flags]

  --data DIR        folder everything lies under
  --preset NAME     which nodes there are: ${presetNames.join(', ')}
  --cluster FILE    the same, written down as JSON or YAML
                    without either: the cluster that ran last in DIR, at first ${DEFAULT_PRESET}
  --namesrv PORT    first nameserver (default 9876); further ones count up
  --broker PORT     first broker (default 10911); further ones ${BROKER_PORT_STEP} apart,
                    each with PORT - 2 for old clients and PORT + 1 for replication
  --grpc PORT       gRPC proxy (default 8081), plaintext and TLS
  --console PORT    console in a browser (default 8082)
  --host ADDRESS    where nodes listen besides 127.0.0.1; 0.0.0.0 for every address (see Users & permissions)
  --advertise ADDR  what clients are told to connect to: an IP address, or auto (the one they came to)
  --set KEY=VALUE   a broker property, for every broker; repeatable
  --json            one JSON object per line on standard output
  --version         print the version
  --help            print this text

A port of 0 takes any free one. Logs go to standard error; GANTRY_LOG=info or debug says more.
SIGTERM or Ctrl+C stops cleanly.`

const badInput = (field: string, message: string): ProblemError =>
  new ProblemError('INVALID_INPUT', { field }, message)

const MAX_PORT = 65_535

const portOf = <F extends number | undefined>(
  flag: string,
  text: string | undefined,
  fallback: F
): number | F => {
  if (text === undefined) return fallback
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (port <= MAX_PORT) return port
  throw badInput(
    flag,
    `--${flag} ${text}: a port is a number from 0 to ${MAX_PORT}, 0 for any free one`
  )
}

const addressOf = (flag: string, text: string | undefined, also?: string): string | undefined => {
  if (text === undefined || text === also || isIpAddress(text)) return text
  const choice = also === undefined ? '' : `, or ${also}`
  throw badInput(
    flag,
    `--${flag} ${text}: give an IP address as of this machine's interfaces${choice}`
  )
}

/** @throws ProblemError for a text without `=`, an unknown property, or a value it cannot have. */
const propertiesOf = (given: readonly string[]): Map<string, string> => {
  const properties = new Map<string, string>()
  for (const text of given) {
    const at = text.indexOf('=')
    if (at <= 0) throw badInput('set', `--set ${text}: write it as key=value`)
    const [key, value] = [text.slice(0, at), text.slice(at + 1)]
    refuseBadProperty(key, value)
    properties.set(key, value)
  }
  return properties
}

/** Chromium has switches of its own; of those only ours are read. */
type Strictness = 'strict' | 'lenient'

const parse = (args: readonly string[], strictness: Strictness) => {
  try {
    const strict = strictness === 'strict'
    const { values } = parseArgs({ args: [...args], options, strict, allowPositionals: !strict })
    return values as ReturnType<typeof parseArgs<{ options: typeof options }>>['values']
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw badInput('flags', `${message.split(/[.\n]/)[0]}; --help lists the flags`)
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** @throws ProblemError naming the flag and what it may be. */
export const parseCommandLine = (
  args: readonly string[],
  strictness: Strictness = 'strict'
): CommandLine => {
  const values = parse(args, strictness)
  const data =
    text(values.data) ??
    defaultDataPath({ platform: process.platform, env: process.env, home: homedir() })
  if (data.trim() === '') throw badInput('data', '--data: name a folder')
  const [preset, clusterFile] = [text(values.preset), text(values.cluster)]
  if (preset !== undefined && clusterFile !== undefined)
    throw badInput('cluster', '--preset and --cluster: each says which nodes there are; give one')
  const set = (values.set ?? []).filter((value) => typeof value === 'string')
  return {
    data,
    preset: preset === undefined ? undefined : knownPreset(preset),
    clusterFile,
    namesrvPort: portOf('namesrv', text(values.namesrv), undefined),
    brokerPort: portOf('broker', text(values.broker), undefined),
    grpcPort: portOf('grpc', text(values.grpc), undefined),
    consolePort: portOf('console', text(values.console), 8082),
    addresses: {
      host: addressOf('host', text(values.host)),
      advertise: addressOf('advertise', text(values.advertise), AUTO)
    },
    properties: propertiesOf(set),
    json: values.json === true,
    help: values.help === true,
    version: values.version === true
  }
}
