/** Is a port free, and who has it? Asked before anything is written. */
import { createServer } from 'node:net'
import type { ClusterSpec } from '../../shared/clusterSpec'
import { plannedPorts, type PlannedPort } from '../../shared/portPlan'
import { ProblemError } from './problem'

export interface WantedPort {
  /** 0 is always free. */
  port: number
  /** The flag that chooses it: `--broker`. */
  flag: string
  /** What listens there: `the broker`. */
  purpose: string
}

/** Who listens on a port, in words; undefined where it cannot be told. */
export type FindHolder = (port: number) => Promise<string | undefined>

/** Rejects with what Node says where the port cannot be had; nothing stays open. */
export const bindOnce = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })

const listing = ({ flag, purpose }: WantedPort): string => `${purpose} (${flag})`

const purposeOf = ({ name, use }: PlannedPort): string => {
  switch (use) {
    case 'vip':
      return `old clients of ${name} (its port - 2)`
    case 'ha':
      return `replication of ${name} (its port + 1)`
    case 'proxy':
      return 'the gRPC proxy'
    default:
      return name
  }
}

const flagOf = ({ use, node }: PlannedPort): string =>
  use === 'proxy' ? '--grpc' : node.startsWith('namesrv') ? '--namesrv' : '--broker'

/** What a cluster and its console listen on, and the flags that decide it. */
export const wantedPorts = (spec: ClusterSpec, consolePort: number | undefined): WantedPort[] => [
  ...plannedPorts(spec).map((entry) => ({
    port: entry.port,
    flag: flagOf(entry),
    purpose: purposeOf(entry)
  })),
  ...(consolePort === undefined
    ? []
    : [{ port: consolePort, flag: '--console', purpose: 'the console' }])
]

const refuseTwins = (wanted: readonly WantedPort[]): void => {
  const seen = new Map<number, WantedPort>()
  for (const entry of wanted) {
    if (entry.port === 0) continue
    const twin = seen.get(entry.port)
    if (twin) {
      throw new ProblemError(
        'INVALID_INPUT',
        { field: entry.flag },
        `port ${entry.port} is asked for twice: by ${listing(twin)} and by ${listing(entry)}; give one of them another port`
      )
    }
    seen.set(entry.port, entry)
  }
}

/** What Node says about a bind that failed, for a person. */
const describe = async (
  error: NodeJS.ErrnoException,
  host: string,
  { port, flag, purpose }: WantedPort,
  findHolder: FindHolder
): Promise<ProblemError> => {
  if (error.code === 'EADDRINUSE') {
    const holder = (await findHolder(port)) ?? 'another program'
    return new ProblemError(
      'PORT_IN_USE',
      { port, holder, flag },
      `port ${port} for ${purpose} is in use by ${holder}; end that program or choose another port with ${flag}`,
      { cause: error }
    )
  }
  if (error.code === 'EACCES') {
    return new ProblemError(
      'INVALID_INPUT',
      { field: flag },
      `port ${port} for ${purpose} may not be opened by this user; choose one above 1023 with ${flag}`,
      { cause: error }
    )
  }
  return new ProblemError(
    'INVALID_INPUT',
    { field: flag },
    `port ${port} of ${host} for ${purpose} cannot be opened: ${error.message}; choose another with ${flag}`,
    { cause: error }
  )
}

/** @throws ProblemError for the first port that cannot be had. Nothing stays open. */
export const checkPorts = async (
  host: string,
  wanted: readonly WantedPort[],
  findHolder: FindHolder
): Promise<void> => {
  refuseTwins(wanted)
  for (const entry of wanted) {
    if (entry.port === 0) continue
    try {
      await bindOnce(host, entry.port)
    } catch (error) {
      throw await describe(error as NodeJS.ErrnoException, host, entry, findHolder)
    }
  }
}
