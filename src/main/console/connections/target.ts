/** The cluster a call is about: this machine's, or another at the end of a connection. */
import { THIS_MACHINE } from '../../../shared/connectionViews'
import { createAdmin, type Admin } from '../../admin/admin'
import type { AdminDeps } from '../../admin/adminCall'
import type { Clock } from '../../base/clock'
import type { Log } from '../../base/log'
import type { MQClientOptions } from '../../client/mqClientInstance'
import type { ConnectionDoc } from '../../meta/installationMeta'
import { signed } from '../../protocol/aclSignature'
import { parseAddress } from '../../protocol/message/host'
import type { RemotingRequest } from '../../protocol/remotingCommand'
import { RemotingClient } from '../../remoting/client'

export interface Target {
  /** THIS_MACHINE, or of the connection. */
  number: number
  name: string
  admin: Admin
  namesrvAddresses(): readonly string[]
  /** For a client of its own: whose time its messages carry, how it connects, whom it signs as. */
  readonly clientOptions: Pick<MQClientOptions, 'clock' | 'tls' | 'credentials'>
  close(): void
}

export const isLocal = ({ number }: Pick<Target, 'number'>): boolean => number === THIS_MACHINE

export interface ConnectDeps {
  clock: Clock
  log: Log
}

export type ConnectionSettings = Pick<
  ConnectionDoc,
  'namesrvAddresses' | 'tls' | 'accessKey' | 'secretKey' | 'vipChannel'
>

const VIP_DISTANCE = 2

/** Java: MixAll.brokerVIPChannel. */
const vipAddress = (address: string): string => {
  const target = parseAddress(address)
  if (!target) return address
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  return `${host}:${target.port - VIP_DISTANCE}`
}

/** Brokers at their VIP port; nameservers have none. */
const overVip = (
  client: AdminDeps['client'],
  namesrvAddresses: readonly string[]
): AdminDeps['client'] => {
  const at = (address: string) =>
    namesrvAddresses.includes(address) ? address : vipAddress(address)
  return {
    invoke: (address, request, timeoutMs) => client.invoke(at(address), request, timeoutMs),
    call: (address, request, timeoutMs) => client.call(at(address), request, timeoutMs),
    oneway: (address, request) => client.oneway(at(address), request)
  }
}

/** Opens nothing yet: connections are made when something is asked. */
export const connectTo = (
  { clock, log }: ConnectDeps,
  settings: ConnectionSettings
): Pick<Target, 'admin' | 'namesrvAddresses' | 'clientOptions' | 'close'> & {
  client: AdminDeps['client']
} => {
  const { namesrvAddresses, tls, accessKey, secretKey, vipChannel } = settings
  const sign = (request: RemotingRequest): RemotingRequest => ({
    ...request,
    extFields: signed(request.extFields ?? {}, request.body, { accessKey, secretKey })
  })
  const tlsSettings = tls === 'off' ? undefined : { isVerified: tls === 'verified' }
  const remoting = new RemotingClient({
    clock: clock.real,
    log: log.child('connection'),
    tls: tlsSettings,
    beforeRequest: accessKey === '' ? undefined : sign
  })
  const client = vipChannel ? overVip(remoting, namesrvAddresses) : remoting
  return {
    client,
    admin: createAdmin({ client, clock, namesrvAddresses: () => namesrvAddresses }),
    namesrvAddresses: () => namesrvAddresses,
    clientOptions: {
      clock,
      tls: tlsSettings,
      credentials: accessKey === '' ? undefined : { accessKey, secretKey }
    },
    close: () => remoting.close()
  }
}
