import type { NodeNotice } from '../cluster/control'
import type { Supervisor } from '../cluster/supervisor'
import type { StrangerProtocol } from '../remoting/strangers'

interface Deps {
  supervisor: Pick<Supervisor, 'proxyStatuses' | 'namesrvAddresses'>
  tell: (notice: NodeNotice) => void
}

/** What the client speaks, and so where it has to go. */
const codes: Readonly<Record<StrangerProtocol, string>> = {
  grpc: 'WRONG_PORT_GRPC',
  tls: 'WRONG_PORT_TLS',
  remoting: 'WRONG_PORT_REMOTING',
  http: 'WRONG_PORT_HTTP',
  unknown: 'WRONG_PORT_UNKNOWN'
}

/** A client at a port that does not speak what it speaks is told with the address that does. */
export const wrongPorts =
  ({ supervisor, tell }: Deps) =>
  (notice: NodeNotice): void => {
    const { protocol, ...params } = notice.params
    const [proxy] = supervisor.proxyStatuses().filter(({ state }) => state === 'running')
    const grpc = proxy?.address ?? ''
    const namesrv = supervisor.namesrvAddresses().join(';')
    const code = codes[protocol as StrangerProtocol] ?? codes.unknown
    const isGrpcNowhere = grpc === '' && (protocol === 'grpc' || protocol === 'tls')
    tell({
      ...notice,
      code: isGrpcNowhere ? 'WRONG_PORT_NO_PROXY' : code,
      params: { ...params, grpc, namesrv }
    })
  }
