import { expect, test } from 'vitest'
import { noticeOfStranger } from '../cluster/entries/noticeOfStranger'
import type { NodeNotice } from '../cluster/control'
import type { NodeStatus } from '../cluster/supervisor'
import type { StrangerProtocol } from '../remoting/strangers'
import { wrongPorts } from './wrongPorts'

const told = (protocol: StrangerProtocol, state: NodeStatus['state']): NodeNotice[] => {
  const notices: NodeNotice[] = []
  const proxy = { state, address: '127.0.0.1:8081' } as NodeStatus
  wrongPorts({
    supervisor: { proxyStatuses: () => [proxy], namesrvAddresses: () => ['a:9876', 'b:9876'] },
    tell: (notice) => notices.push(notice)
  })(noticeOfStranger({ protocol, remoteAddress: '10.0.0.7:51234', port: 10_911 }))
  return notices
}

test.each([
  ['grpc', 'running', 'WRONG_PORT_GRPC'],
  ['tls', 'running', 'WRONG_PORT_TLS'],
  ['grpc', 'stopped', 'WRONG_PORT_NO_PROXY'],
  ['remoting', 'running', 'WRONG_PORT_REMOTING'],
  ['http', 'stopped', 'WRONG_PORT_HTTP'],
  ['unknown', 'running', 'WRONG_PORT_UNKNOWN']
] as const)('%s, with the proxy %s, is %s', (protocol, state, code) => {
  expect(told(protocol, state)).toEqual([
    {
      level: 'warning',
      code,
      params: {
        client: '10.0.0.7',
        port: 10_911,
        grpc: state === 'running' ? '127.0.0.1:8081' : '',
        namesrv: 'a:9876;b:9876'
      }
    }
  ])
})
