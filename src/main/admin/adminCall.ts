/** What every family of admin calls is built from. */
import type { Clock } from '../base/clock'
import type { Random } from '../base/random'
import { readClusterInfo, type ClusterInfo } from '../protocol/bodies/route'
import { readJsonBody } from '../protocol/bodies/rocketmqJson'
import type { Json } from '../protocol/bodies/read'
import { RequestCode, requestCodeName } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  RemotingError,
  type RemotingCommand,
  type RemotingRequest
} from '../protocol/remotingCommand'
import { MASTER_ID } from '../client/routeCache'
import type { NamesrvClient } from '../client/namesrvClient'
import type { RemotingClient } from '../remoting/client'

/** As mqadmin waits. Java: DefaultMQAdminExt, timeoutMillis. */
export const ADMIN_TIMEOUT_MS = 5000

/** Calls one admin request makes at the same time. */
export const MAX_PARALLEL_CALLS = 8

export interface AdminDeps {
  client: Pick<RemotingClient, 'invoke' | 'call' | 'oneway'>
  namesrv: NamesrvClient
  clock: Pick<Clock, 'now' | 'monotonic'>
  random: Random
}

export interface BrokerRef {
  cluster: string
  brokerName: string
  /** 0: the master. */
  brokerId: number
  address: string
}

/** Results of several brokers; those that did not answer are named, the others still count. */
export interface Gathered<T> {
  answers: { broker: BrokerRef; value: T }[]
  failures: { broker: BrokerRef; error: Error }[]
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))

/** At most MAX_PARALLEL_CALLS at a time; outcomes in the order of the items. */
export const inParallel = async <I, T>(
  items: readonly I[],
  call: (item: I) => Promise<T>
): Promise<PromiseSettledResult<T>[]> => {
  const outcomes: PromiseSettledResult<T>[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      try {
        outcomes[at] = { status: 'fulfilled', value: await call(items[at]!) }
      } catch (reason) {
        outcomes[at] = { status: 'rejected', reason }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL_CALLS, items.length) }, work))
  return outcomes
}

/** @throws the first failure when nobody answered; the brokers that failed beside others are in `failures`. */
export const gather = async <T>(
  brokers: readonly BrokerRef[],
  call: (broker: BrokerRef) => Promise<T>
): Promise<Gathered<T>> => {
  const outcomes = await inParallel(brokers, call)
  const gathered: Gathered<T> = { answers: [], failures: [] }
  outcomes.forEach((outcome, i) => {
    const broker = brokers[i]!
    if (outcome.status === 'fulfilled') gathered.answers.push({ broker, value: outcome.value })
    else gathered.failures.push({ broker, error: asError(outcome.reason) })
  })
  const [failure] = gathered.failures
  if (failure && gathered.answers.length === 0) throw failure.error
  return gathered
}

/** Every broker must do it. @throws the first failure, after all were asked. */
export const onEvery = async (
  brokers: readonly BrokerRef[],
  call: (broker: BrokerRef) => Promise<unknown>
): Promise<void> => {
  const { failures } = await gather(brokers, call)
  for (const { error } of failures) throw error
}

/** A SUCCESS, or the broker's code and remark as RemotingError. */
export const callBroker = (
  { client }: Pick<AdminDeps, 'client'>,
  address: string,
  request: RemotingRequest
): Promise<RemotingCommand> => client.call(address, request, ADMIN_TIMEOUT_MS)

/**
 * What a broker answers to a request that older brokers do not know; they are asked another way. Undefined where it
 * answers `absent`. @throws RemotingError for any other code.
 */
export const callOrElse = async <T>(
  { client }: Pick<AdminDeps, 'client'>,
  address: string,
  request: RemotingRequest,
  outcome: {
    read: (response: RemotingCommand) => T
    absent: number
    notSupported: () => Promise<T | undefined>
  }
): Promise<T | undefined> => {
  const response = await client.invoke(address, request, ADMIN_TIMEOUT_MS)
  switch (response.code) {
    case ResponseCode.SUCCESS:
      return outcome.read(response)
    case outcome.absent:
      return undefined
    case ResponseCode.REQUEST_CODE_NOT_SUPPORTED:
      return outcome.notSupported()
    default:
      throw new RemotingError(
        response.code,
        response.remark ?? `${requestCodeName(request.code)} failed at ${address}`
      )
  }
}

export const jsonOf = (response: RemotingCommand, what: number): Json =>
  readJsonBody(response.body ?? Buffer.alloc(0), requestCodeName(what))

/** Undefined where the broker answers one of `codes`. */
export const unlessCode = async <T>(
  codes: readonly number[],
  asked: Promise<T>
): Promise<T | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof RemotingError && codes.includes(error.code)) return undefined
    throw error
  }
}

/** GET_BROKER_CLUSTER_INFO (106). Java: examineBrokerClusterInfo. */
export const fetchClusterInfo = async ({
  namesrv
}: Pick<AdminDeps, 'namesrv'>): Promise<ClusterInfo> => {
  const code = RequestCode.GET_BROKER_CLUSTER_INFO
  return readClusterInfo(jsonOf(await namesrv.call({ code }), code))
}

export const brokersOf = (info: ClusterInfo): BrokerRef[] =>
  [...info.brokerAddrTable.values()]
    .flatMap(({ cluster, brokerName, brokerAddrs }) =>
      Object.entries(brokerAddrs).map(([id, address]) => ({
        cluster,
        brokerName,
        brokerId: Number(id),
        address
      }))
    )
    .sort((a, b) =>
      a.brokerName === b.brokerName ? a.brokerId - b.brokerId : a.brokerName < b.brokerName ? -1 : 1
    )

/**
 * Masters of all clusters, or those of the names given.
 * @throws RemotingError BROKER_NOT_EXIST for a name without a registered master.
 */
export const findMasters = async (
  deps: Pick<AdminDeps, 'namesrv'>,
  brokerNames: readonly string[] = []
): Promise<BrokerRef[]> => {
  const masters = brokersOf(await fetchClusterInfo(deps)).filter(
    ({ brokerId }) => brokerId === Number(MASTER_ID)
  )
  for (const name of brokerNames)
    if (!masters.some(({ brokerName }) => brokerName === name))
      throw new RemotingError(
        ResponseCode.BROKER_NOT_EXIST,
        `no master of ${name} is registered at the nameservers; is that broker running?`
      )
  if (masters.length === 0)
    throw new RemotingError(
      ResponseCode.BROKER_NOT_EXIST,
      'no master is registered at the nameservers; is a broker running?'
    )
  if (brokerNames.length === 0) return masters
  return masters.filter(({ brokerName }) => brokerNames.includes(brokerName))
}

export const findMaster = async (
  deps: Pick<AdminDeps, 'namesrv'>,
  brokerName: string
): Promise<BrokerRef> => {
  const [master] = await findMasters(deps, [brokerName])
  return master!
}
