/** One verb from its words to its exit code: 0 done, 1 refused or not there, 2 a wrong line. */
import { createAdmin } from '../admin/admin'
import { ADMIN_TIMEOUT_MS } from '../admin/adminCall'
import { toolAdmin } from '../admin/toolAdmin'
import type { Clock } from '../base/clock'
import { silentLog } from '../base/log'
import { systemRandom } from '../base/random'
import { NamesrvClient } from '../client/namesrvClient'
import { signedWith } from '../protocol/aclSignature'
import { responseCodeName } from '../protocol/codes/responseCode'
import { parseAddress } from '../protocol/message/host'
import { RemotingError } from '../protocol/remotingCommand'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import { RemotingClient } from '../remoting/client'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'
import { helpOf, overallHelp } from './help'
import { parseVerb, type Parsed } from './parseVerb'
import { NotFoundError, UsageError, type Verb } from './verb'
import { findVerb, verbs } from './verbs'

export interface CliHost {
  clock: Clock
  env: Readonly<Record<string, string | undefined>>
  /** A whole line, without its end. */
  print: (text: string) => void
  printError: (text: string) => void
}

const DEFAULT_NAMESRV = '127.0.0.1:9876'

const addressesOf = (text: string): string[] => {
  const addresses = text.split(/[;,]/).map((part) => part.trim()).filter((part) => part !== '') // prettier-ignore
  for (const address of addresses)
    if (!parseAddress(address))
      throw new UsageError(`-n ${address}: write a nameserver as host:port`)
  if (addresses.length === 0) throw new UsageError('-n: name at least one nameserver, host:port')
  return addresses
}

/** What a terminal would obey: bodies, keys and client ids are other people's words. */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g // eslint-disable-line no-control-regex

const harmless = (text: string): string =>
  text.replace(obeyed, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries(value)
  return typeof value === 'bigint' ? String(value) : value
}

const failure = (error: unknown): { line: string; exitCode: number } => {
  if (error instanceof UsageError) return { line: error.message, exitCode: 2 }
  if (error instanceof RemotingError) {
    const line = `refused with ${responseCodeName(error.code)} (${error.code}): ${error.message}`
    return { line, exitCode: 1 }
  }
  if (error instanceof RemotingConnectError)
    return { line: `${error.message}; is it running, and is -n right?`, exitCode: 1 }
  if (error instanceof NotFoundError || error instanceof RemotingTimeoutError)
    return { line: error.message, exitCode: 1 }
  return { line: error instanceof Error ? error.message : String(error), exitCode: 1 }
}

/** @throws UsageError for half a pair. */
const credentialsOf = (values: Parsed, { env }: CliHost): SessionCredentials | undefined => {
  const accessKey = values['accessKey'] ?? env['GANTRY_ACCESS_KEY']
  const secretKey = values['secretKey'] ?? env['GANTRY_SECRET_KEY']
  if (accessKey === undefined && secretKey === undefined) return undefined
  if (typeof accessKey === 'string' && typeof secretKey === 'string')
    return { accessKey, secretKey }
  throw new UsageError('--accessKey and --secretKey go together')
}

const run = async (verb: Verb, args: readonly string[], host: CliHost): Promise<void> => {
  const values = parseVerb(verb, args)
  if (values['help'] === true) return host.print(helpOf(verb))
  const given = values['namesrvAddr'] ?? host.env['NAMESRV_ADDR'] ?? DEFAULT_NAMESRV
  const namesrvAddresses = addressesOf(String(given))
  const { clock, print } = host
  const client = new RemotingClient({
    ...{ clock: clock.real, log: silentLog },
    beforeRequest: signedWith(credentialsOf(values, host)),
    ...(values['tls'] === true && { tls: { isVerified: false } })
  })
  const namesrv = new NamesrvClient({
    client,
    addresses: () => namesrvAddresses,
    timeoutMs: ADMIN_TIMEOUT_MS
  })
  try {
    await verb.run(values, {
      admin: createAdmin({ client, clock, namesrvAddresses: () => namesrvAddresses }),
      tools: toolAdmin({ client, namesrv, clock, random: systemRandom }),
      namesrvAddresses,
      clock,
      show: (value, text) =>
        print(values['json'] === true ? JSON.stringify(value, plain) : harmless(text()))
    })
  } finally {
    client.close()
  }
}

/** @returns the exit code; never throws. */
export const runCli = async (args: readonly string[], host: CliHost): Promise<number> => {
  const [word, ...rest] = args
  try {
    if (word === undefined || word === '--help' || word === '-h') host.print(overallHelp(verbs))
    else if (word === 'help')
      host.print(rest[0] === undefined ? overallHelp(verbs) : helpOf(findVerb(rest[0]))) // prettier-ignore
    else await run(findVerb(word), rest, host)
    return 0
  } catch (error) {
    const { line, exitCode } = failure(error)
    host.printError(`gantry: ${harmless(line.replace(/\s*\n\s*/g, ' '))}`)
    return exitCode
  }
}
