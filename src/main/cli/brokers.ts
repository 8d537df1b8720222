/** Which brokers a verb speaks of: `-b` an address, `-c` a cluster. Java: CommandUtil. */
import type { Admin } from '../admin/admin'
import type { BrokerRef } from '../admin/adminCall'
import { NotFoundError } from './verb'

type Listing = Pick<Admin, 'listBrokers'>

/** Masters and slaves. @throws NotFoundError naming the clusters there are. */
export const brokersOfCluster = async (admin: Listing, cluster: string): Promise<BrokerRef[]> => {
  const all = await admin.listBrokers()
  const found = all.filter((broker) => broker.cluster === cluster)
  if (found.length > 0) return found
  const known = [...new Set(all.map((broker) => broker.cluster))].join(', ')
  throw new NotFoundError(
    known === ''
      ? `no broker is registered; is one running?`
      : `there is no cluster ${cluster}; there is: ${known}`
  )
}

export const mastersOfCluster = async (admin: Listing, cluster: string): Promise<BrokerRef[]> =>
  (await brokersOfCluster(admin, cluster)).filter(({ brokerId }) => brokerId === 0)

/** @throws NotFoundError. */
export const brokerAt = async (admin: Listing, address: string): Promise<BrokerRef> => {
  const found = (await admin.listBrokers()).find((broker) => broker.address === address)
  if (found) return found
  throw new NotFoundError(`no broker is registered as ${address}`)
}

/** `-b` one address, as it is; else the masters of `-c`. */
export const targets = async (
  admin: Listing,
  brokerAddr: string | undefined,
  clusterName: string | undefined
): Promise<string[]> => {
  if (brokerAddr !== undefined) return [brokerAddr]
  return (await mastersOfCluster(admin, clusterName ?? '')).map(({ address }) => address)
}
