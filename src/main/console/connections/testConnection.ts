/** Asks every nameserver and every broker of a connection once, and says of each what came of it. */
import { MAX_TESTED_BROKERS } from '../../../shared/connectionRules'
import type { BrokerTest, ConnectionTest, NameserverTest } from '../../../shared/connectionViews'
import type { Problem } from '../../../shared/views'
import { ADMIN_TIMEOUT_MS, brokersOf, inParallel, jsonOf, type AdminDeps, type BrokerRef } from '../../admin/adminCall' // prettier-ignore
import type { RealTime } from '../../base/clock'
import { readClusterInfo } from '../../protocol/bodies/route'
import { versionDesc } from '../../protocol/codes/mqVersion'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError, type RemotingCommand } from '../../protocol/remotingCommand'
import { RemotingConnectError } from '../../remoting/errors'

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  client: Pick<AdminDeps['client'], 'call'>
  toProblem: (error: unknown) => Problem
}

/** A broker with ACL 2.0 answers so to a stranger, a wrong secret, and whoever may not do this. */
const ofCredentials = (error: unknown, address: string): Problem | undefined =>
  error instanceof RemotingError && error.code === ResponseCode.NO_PERMISSION
    ? { code: 'ACL_REFUSED', message: error.remark, params: { address } }
    : undefined

/** The line was there and broke before an answer: as a server that takes TLS only does with plain text. */
const ofClosedLine = (error: unknown, address: string): Problem | undefined =>
  error instanceof RemotingConnectError && error.cause === undefined
    ? { code: 'CONNECTION_CLOSED', message: error.message, params: { address } }
    : undefined

type Asked =
  | { response: RemotingCommand; tookMs: number; problem?: undefined }
  | { response?: undefined; problem: Problem }

export const testConnection = async (
  { clock, client, toProblem }: Deps,
  namesrvAddresses: readonly string[]
): Promise<ConnectionTest> => {
  const ask = async (address: string, code: number): Promise<Asked> => {
    const began = clock.monotonic()
    try {
      const response = await client.call(address, { code }, ADMIN_TIMEOUT_MS)
      return { response, tookMs: Math.round(clock.monotonic() - began) }
    } catch (error) {
      return {
        problem: ofCredentials(error, address) ?? ofClosedLine(error, address) ?? toProblem(error)
      }
    }
  }
  const told = async <T extends object>(
    head: T,
    address: string,
    code: number
  ): Promise<[T & { version?: string; tookMs?: number; problem?: Problem }, Asked]> => {
    const asked = await ask(address, code)
    if (!asked.response) return [{ ...head, problem: asked.problem }, asked]
    const { response, tookMs } = asked
    return [{ ...head, version: versionDesc(response.version), tookMs }, asked]
  }

  const brokers = new Map<string, BrokerRef>()
  const nameservers: NameserverTest[] = []
  for (const address of namesrvAddresses) {
    const code = RequestCode.GET_BROKER_CLUSTER_INFO
    const [test, { response }] = await told({ address }, address, code)
    if (!response) {
      nameservers.push(test)
      continue
    }
    const known = brokersOf(readClusterInfo(jsonOf(response, code)))
    for (const broker of known) brokers.set(broker.address, broker)
    nameservers.push({ ...test, brokers: known.length })
  }
  const asked = [...brokers.values()].slice(0, MAX_TESTED_BROKERS)
  const outcomes = await inParallel(asked, async ({ cluster, brokerName, brokerId, address }) => {
    const head = { cluster, brokerName, brokerId, address }
    const [test] = await told(head, address, RequestCode.GET_BROKER_RUNTIME_INFO)
    return test
  })
  return {
    nameservers,
    brokers: outcomes.flatMap((outcome): BrokerTest[] =>
      outcome.status === 'fulfilled' ? [outcome.value] : []
    ),
    notAsked: brokers.size - asked.length
  }
}
