import { expect, test } from 'vitest'
import { userOf } from '../protocol/sessionCredentials'
import { namesrvAddressesOf, proxyTable, readProxyConfig } from './proxyConfig'

test('what nobody gave has RocketMQ’s default', () => {
  const config = readProxyConfig({})
  const differing = proxyTable.honoured.filter(({ key, defaultValue }) => {
    const stock = proxyTable.stockKey(key)?.defaultValue
    return stock !== undefined && stock !== defaultValue
  })
  expect(differing).toEqual([])
  expect(config.maxMessageSize).toBe(4_194_304)
})

test('a text becomes the value it says, and a wrong one is refused with what would be right', () => {
  expect(readProxyConfig({ maxDelayTimeMills: '60000' }).maxDelayTimeMills).toBe(60_000)
  expect(() => readProxyConfig({ maxMessageSize: 'big' })).toThrow('must be a whole number')
  expect(() => readProxyConfig({ initAuthenticationUser: 'me' })).toThrow('JSON with username')
  expect(() => readProxyConfig({ namesrvAddr: 'nowhere' })).toThrow('host:port')
})

test('keys of RocketMQ without effect are taken', () => {
  expect(() => readProxyConfig({ grpcWorkerLoopNum: '4' })).not.toThrow()
})

test.each([
  ['{"username":"a","password":"b"}', { username: 'a', password: 'b' }],
  ['{"username":"a"}', undefined],
  ['null', undefined],
  ['', undefined]
])('the user of %s is %j', (text, user) => expect(userOf(text)).toEqual(user))

test.each([
  ['', ['127.0.0.1:9876']],
  ['10.0.0.1:9876; 10.0.0.2:9876', ['10.0.0.1:9876', '10.0.0.2:9876']]
])('with namesrvAddr %j it asks %j', (namesrvAddr, expected) =>
  expect(namesrvAddressesOf({ namesrvAddr }, ['127.0.0.1:9876'])).toEqual(expected)
)
