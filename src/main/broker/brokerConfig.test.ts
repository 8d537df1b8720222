import { describe, expect, test } from 'vitest'
import { MAX_WAITING_TABLES } from '../store/indexWriter'
import { brokerProperties, checkProperty, LiveBrokerConfig, propertyOf } from './brokerConfig'

test('every default is a value its own check takes', () => {
  const wrong = brokerProperties.filter(({ key, defaultValue }) => checkProperty(key, defaultValue))
  expect(wrong.map(({ key }) => key)).toEqual([])
})

describe('checkProperty', () => {
  test.each([
    ['autoCreateTopicEnable', 'false'],
    ['maxMessageSize', '1024'],
    ['flushDiskType', 'SYNC_FLUSH'],
    ['brokerIP1', 'fd00::2'],
    ['listenPort', '0']
  ])('%s=%s is taken', (key, value) => {
    expect(checkProperty(key, value)).toBeUndefined()
  })

  test.each([
    ['noSuchThing', '1', 'UNKNOWN_PROPERTY', 'a property of this broker'],
    ['__proto__', '1', 'UNKNOWN_PROPERTY', 'a property of this broker'],
    ['autoCreateTopicEnable', 'yes', 'INVALID_PROPERTY', 'true or false'],
    ['maxMessageSize', '1023', 'INVALID_PROPERTY', 'a whole number from 1024 to 15728640'],
    ['maxMessageSize', '1e4', 'INVALID_PROPERTY', 'a whole number from 1024 to 15728640'],
    ['maxMessageSize', '', 'INVALID_PROPERTY', 'a whole number from 1024 to 15728640'],
    ['flushDiskType', 'LAZY', 'INVALID_PROPERTY', 'one of ASYNC_FLUSH, SYNC_FLUSH'],
    ['brokerRole', 'MASTER', 'INVALID_PROPERTY', 'one of ASYNC_MASTER, SYNC_MASTER, SLAVE'],
    ['brokerIP1', 'localhost', 'INVALID_PROPERTY', 'an IP address'],
    ['regionId', 'a b', 'INVALID_PROPERTY', 'a name of a-z A-Z 0-9 _ -']
  ])('%s=%s is refused', (key, value, code, expected) => {
    expect(checkProperty(key, value)).toEqual({ code, key, expected })
  })
})

describe('a running config', () => {
  test('takes what is given and the defaults of the rest', () => {
    const { config } = new LiveBrokerConfig({ brokerName: 'broker-b', maxMessageSize: '2048' })
    expect(config).toMatchObject({ brokerName: 'broker-b', maxMessageSize: 2048, brokerId: 0 })
  })

  test('changes nothing where one value is wrong', () => {
    const live = new LiveBrokerConfig({})
    expect(() => live.set({ regionId: 'R2', maxMessageSize: 'x' })).toThrow(/maxMessageSize=x/)
    expect(live.config.regionId).toBe('DefaultRegion')
  })

  test('has the flush properties change in place', () => {
    const live = new LiveBrokerConfig({})
    const changes = { flushDiskType: 'SYNC_FLUSH', flushIntervalCommitLog: '50', syncFlushTimeout: '200' } // prettier-ignore
    expect(live.change(new Map(Object.entries(changes)))).toEqual([])
    expect([...live.texts()].filter(([key]) => key in changes)).toEqual(Object.entries(changes))
  })

  test('changes hot properties in place and keeps the others for the next start', () => {
    const live = new LiveBrokerConfig({})
    const { config } = live
    const changes = new Map([
      ['regionId', 'R2'],
      ['defaultTopicQueueNums', '4']
    ])
    expect(live.change(changes)).toEqual(['defaultTopicQueueNums'])
    expect(config).toMatchObject({ regionId: 'R2', defaultTopicQueueNums: 8 })
    expect(live.texts().get('defaultTopicQueueNums')).toBe('8')
    expect(live.savedTexts().get('defaultTopicQueueNums')).toBe('4')
  })
})

test('the store at its largest has room in the memory of a broker', () => {
  const most = (key: string): number => propertyOf(key)?.max ?? NaN
  const indexTables = 1 + MAX_WAITING_TABLES
  const bytes =
    most('gantryHotTailBytes') +
    most('gantryConsumeQueuePages') * 4_000 +
    most('gantryIndexEntries') * 20 * indexTables
  expect(bytes).toBeLessThan(256 * 1024 * 1024)
})
