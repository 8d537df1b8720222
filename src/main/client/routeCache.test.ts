import { expect, test } from 'vitest'
import { silentLog } from '../base/log'
import type { TopicRouteData } from '../protocol/bodies/route'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import { RemotingConnectError } from '../remoting/errors'
import { MAX_CACHED_ROUTES, RouteCache } from './routeCache'

const route = (address = '127.0.0.1:1'): TopicRouteData => ({
  queueDatas: [],
  brokerDatas: [{ brokerName: 'a', cluster: 'C', brokerAddrs: { '0': address } }]
})

const unknown = new RemotingError(ResponseCode.TOPIC_NOT_EXIST, 'nobody')

const create = (answer: (topic: string) => TopicRouteData | Error) => {
  const asked: string[] = []
  const topicRoute = async (topic: string): Promise<TopicRouteData> => {
    asked.push(topic)
    const known = answer(topic)
    if (known instanceof Error) throw known
    return known
  }
  return { asked, cache: new RouteCache({ namesrv: { topicRoute }, log: silentLog }) }
}

test('a route is asked once, also by many at a time', async () => {
  const { asked, cache } = create(() => route())
  await Promise.all([cache.get('T'), cache.get('T'), cache.find('T')])
  await cache.get('T')
  expect(asked).toEqual(['T'])
})

test('an unknown topic is found missing, any other failure is thrown', async () => {
  expect(await create(() => unknown).cache.find('T')).toBeUndefined()
  await expect(create(() => unknown).cache.get('T')).rejects.toBe(unknown)
  const broken = new RemotingConnectError('127.0.0.1:9')
  await expect(create(() => broken).cache.find('T')).rejects.toBe(broken)
})

test('a change is told, an equal answer is not', async () => {
  let address = '127.0.0.1:1'
  const { cache } = create(() => route(address))
  const changed: string[] = []
  cache.changed.on((topic) => changed.push(topic))
  await cache.get('T')
  await cache.refreshAll()
  expect(changed).toEqual(['T'])
  address = '127.0.0.1:2'
  await cache.refreshAll()
  expect(changed).toEqual(['T', 'T'])
  expect(cache.masterAddress('a')).toBe('127.0.0.1:2')
})

test('a nameserver that knows nobody for a while does not take the routes in use', async () => {
  let isEmpty = false
  const { cache } = create(() => (isEmpty ? unknown : route()))
  await cache.get('T')
  isEmpty = true
  await cache.refreshAll()
  expect(cache.masterAddress('a')).toBe('127.0.0.1:1')
})

test('a broker no route names is an error that says so', () => {
  expect(() => create(() => route()).cache.masterAddress('a')).toThrow(
    /no route names a master of a/
  )
})

test('beyond the limit the route used least recently is forgotten', async () => {
  const { asked, cache } = create(() => route())
  for (let i = 0; i < MAX_CACHED_ROUTES; i++) await cache.get(`T${i}`)
  await cache.get('T0')
  await cache.get('one more')
  asked.length = 0
  await cache.get('T0')
  await cache.get('T1')
  expect(asked).toEqual(['T1'])
})
