/** Who serves a broker name, as a nameserver tells it. */
import { readClusterInfo } from '../../src/main/protocol/bodies/route'
import { readJsonBody } from '../../src/main/protocol/bodies/rocketmqJson'
import { RequestCode } from '../../src/main/protocol/codes/requestCode'
import type { RemotingClient } from '../../src/main/remoting/client'

/** By broker name: id to address. */
export type Members = ReadonlyMap<string, ReadonlyMap<number, string>>

/** The id of whoever is master. */
export const MASTER = 0

const ASK_TIMEOUT_MS = 2_000

/** @throws where the nameserver does not answer. */
export const membersOf = async (
  client: Pick<RemotingClient, 'call'>,
  namesrv: string
): Promise<Members> => {
  const request = { code: RequestCode.GET_BROKER_CLUSTER_INFO }
  const { body } = await client.call(namesrv, request, ASK_TIMEOUT_MS)
  const info = readClusterInfo(readJsonBody(body ?? Buffer.alloc(0), 'cluster info'))
  return new Map(
    [...info.brokerAddrTable].map(([name, { brokerAddrs }]) => [
      name,
      new Map(Object.entries(brokerAddrs).map(([id, address]) => [Number(id), address]))
    ])
  )
}

export const portOf = (address: string): number => Number(address.split(':').at(-1))
