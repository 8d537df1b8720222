import { expect, test } from 'vitest'
import { arrivalRoutes } from './arrivalRoutes'
import type { BrokerDataView } from './routeInfoManager'

const broker = (...addresses: string[]): BrokerDataView => ({
  brokerAddrs: Object.fromEntries(addresses.map((address, id) => [id, address])),
  brokerName: 'broker-a',
  cluster: 'C',
  enableActingMaster: false
})

const told = (localAddress: string, address: string): string | undefined =>
  arrivalRoutes(true)(broker(address), { localAddress }).brokerAddrs['0']

test.each([
  ['who comes to loopback stays there', '127.0.0.1', '127.0.0.1:10911', '127.0.0.1:10911'],
  ['who comes by an interface', '192.168.1.5', '127.0.0.1:10911', '192.168.1.5:10911'],
  ['by IPv6 in brackets', 'fd00::2', '127.0.0.1:10911', '[fd00::2]:10911'],
  ['a zone means nothing to others', 'fe80::1', '127.0.0.1:10911', '127.0.0.1:10911'],
  ['a broker with an address of its own keeps it', '10.0.0.1', '10.9.9.9:10911', '10.9.9.9:10911'],
  ['another loopback address was meant', '10.0.0.1', '127.0.0.15:10911', '127.0.0.15:10911'],
  ['a connection that is gone', '', '127.0.0.1:10911', '127.0.0.1:10911']
])('%s', (_name, localAddress, registered, expected) => {
  expect(told(localAddress, registered)).toBe(expected)
})

test('master and slaves alike, and what is registered stays as it is', () => {
  const registered = broker('127.0.0.1:10911', '127.0.0.1:10931')
  const view = arrivalRoutes(true)(registered, { localAddress: '10.0.0.1' })
  expect(view).toEqual({ ...registered, brokerAddrs: { 0: '10.0.0.1:10911', 1: '10.0.0.1:10931' } })
  expect(registered.brokerAddrs['0']).toBe('127.0.0.1:10911')
})

test('as RocketMQ tells it, where that is asked for', () => {
  const registered = broker('127.0.0.1:10911')
  expect(arrivalRoutes(false)(registered, { localAddress: '10.0.0.1' })).toBe(registered)
})
