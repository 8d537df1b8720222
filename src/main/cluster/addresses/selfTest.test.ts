import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { RequestCode } from '../../protocol/codes/requestCode'
import type { RemotingClient } from '../../remoting/client'
import type { RemotingConnection } from '../../remoting/connection'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import { MAX_TESTED_ADDRESSES, runSelfTest, type TestedPort } from './selfTest'

/** `answers`, `silent`, `hangs up`, or what the system says of a connection that fails. */
type Behaviour = string

/** What lives at each address; whatever is not named refuses. */
const world = (behaviours: Record<string, Behaviour>, told: Record<string, string> = {}) => {
  const asked: string[] = []
  let isClosed = false
  const connection = (address: string, behaviour: Behaviour) =>
    ({
      end: () => undefined,
      destroy: () => undefined,
      request: ({ code }: { code: number }) => {
        asked.push(`${address} ${code}`)
        if (behaviour === 'silent')
          return Promise.reject(new RemotingTimeoutError(address, 1, 'a request'))
        if (behaviour === 'hangs up') return Promise.reject(new RemotingConnectError(address))
        const brokerAddrTable = { 'broker-a': { brokerAddrs: { 0: told[address] } } }
        return Promise.resolve({ code: 0, body: Buffer.from(JSON.stringify({ brokerAddrTable })) })
      }
    }) as unknown as RemotingConnection
  const client: Pick<RemotingClient, 'connectionTo' | 'close'> = {
    connectionTo: (address) => {
      const behaviour = behaviours[address] ?? 'ECONNREFUSED'
      if (['answers', 'silent', 'hangs up'].includes(behaviour))
        return Promise.resolve(connection(address, behaviour))
      const cause =
        behaviour === 'connect timed out'
          ? behaviour
          : Object.assign(new Error(), { code: behaviour })
      return Promise.reject(new RemotingConnectError(address, { cause }))
    },
    close: () => (isClosed = true)
  }
  return { asked, isClosed: () => isClosed, openClient: () => client }
}

const port = (over: Partial<TestedPort> = {}): TestedPort => ({
  ...{ nodeId: 'b', purpose: 'broker', port: 10911 },
  ...{ isRunning: true, host: '0.0.0.0', isStale: false },
  ...over
})

const clock = new ManualClock()

const meet = async (behaviour: Behaviour, over: Partial<TestedPort> = {}) => {
  const tested = port(over)
  const { openClient } = world({ [`10.0.0.1:${tested.port}`]: behaviour })
  const { addresses } = await runSelfTest({ openClient, clock }, ['10.0.0.1'], [tested])
  const { outcome, reason } = addresses[0]!.ports[0]!
  return [outcome, reason]
}

test.each<[string, Behaviour, Partial<TestedPort>, string[]]>([
  ['it answers', 'answers', {}, ['reachable', 'ok']],
  ['something else does', 'silent', {}, ['foreign', 'foreign']],
  ['something else hangs up', 'hangs up', {}, ['foreign', 'foreign']],
  ['packets are dropped', 'connect timed out', {}, ['filtered', 'firewall']],
  ['there is no way', 'EHOSTUNREACH', {}, ['unreachable', 'noWay']],
  ['its node is down', 'ECONNREFUSED', { isRunning: false }, ['refused', 'nodeDown']],
  ['it is elsewhere', 'ECONNREFUSED', { host: '127.0.0.1' }, ['refused', 'loopbackOnly']],
  [
    'it is elsewhere still',
    'ECONNREFUSED',
    { host: '127.0.0.1', isStale: true },
    ['refused', 'restartNeeded']
  ],
  ['nobody knows why', 'ECONNREFUSED', {}, ['refused', 'nothingListens']],
  ['the VIP channel is off', 'ECONNREFUSED', { purpose: 'vip' }, ['refused', 'vipOff']],
  ['replication is shut', 'ECONNREFUSED', { purpose: 'ha' }, ['refused', 'haIsShut']]
])('%s', async (_name, behaviour, over, expected) => {
  expect(await meet(behaviour, over)).toEqual(expected)
})

test('a replication link and a proxy are not spoken to', async () => {
  const { openClient, asked } = world({ '10.0.0.1:10912': 'answers', '10.0.0.1:8081': 'answers' })
  const ports = [port({ purpose: 'ha', port: 10912 }), port({ purpose: 'grpc', port: 8081 })]
  const { addresses } = await runSelfTest({ openClient, clock }, ['10.0.0.1'], ports)
  expect(addresses[0]!.ports).toMatchObject([{ outcome: 'reachable' }, { outcome: 'reachable' }])
  expect(asked).toEqual([])
})

test('what a client is told there is tried as well, and the connections are closed', async () => {
  const { openClient, isClosed } = world(
    { '[fd00::2]:9876': 'answers', '10.0.0.1:9876': 'answers', '10.0.0.1:10911': 'answers' },
    { '[fd00::2]:9876': '127.0.0.9:10911', '10.0.0.1:9876': '10.0.0.1:10911' }
  )
  const ports = [port({ nodeId: 'n', purpose: 'namesrv', port: 9876 }), port()]
  const run = runSelfTest({ openClient, clock }, ['10.0.0.1', 'fd00::2'], ports)
  const told = (await run).addresses.map((result) => result.told)
  const broker = { brokerName: 'broker-a', brokerId: 0 }
  expect(told).toEqual([
    [{ ...broker, address: '10.0.0.1:10911', outcome: 'reachable' }],
    [{ ...broker, address: '127.0.0.9:10911', outcome: 'refused' }]
  ])
  expect(isClosed()).toBe(true)
})

test('nameservers and brokers are asked what costs them little', async () => {
  const { openClient, asked } = world({ '10.0.0.1:10911': 'answers' })
  await runSelfTest({ openClient, clock }, ['10.0.0.1'], [port()])
  expect(asked).toEqual([`10.0.0.1:10911 ${RequestCode.GET_BROKER_RUNTIME_INFO}`])
})

test('of many addresses some are left, and told', async () => {
  const { openClient } = world({})
  const many = Array.from({ length: MAX_TESTED_ADDRESSES + 3 }, (_, i) => `10.0.1.${i}`)
  const { addresses, left } = await runSelfTest({ openClient, clock }, many, [port()])
  expect([addresses.length, left]).toEqual([MAX_TESTED_ADDRESSES, 3])
})
