import { expect, test } from 'vitest'
import type { NamesrvConfigDoc } from '../meta/nameserverMeta'
import { ResponseCode } from '../protocol/codes/responseCode'
import { parsePropertiesText } from '../protocol/bodies/propertiesText'
import { adoptProperties, NamesrvConfigManager } from './namesrvConfig'

const stored = (given: Record<string, string> = {}) => {
  const values = new Map<string, NamesrvConfigDoc>(
    Object.entries(given).map(([key, value]) => [key, { value }])
  )
  return {
    all: () => [...values],
    putAll: async (entries: readonly (readonly [string, NamesrvConfigDoc])[]) => {
      for (const [key, value] of entries) values.set(key, value)
    },
    removeAll: async (keys: readonly string[]) => {
      for (const key of keys) values.delete(key)
    }
  }
}

const create = (disk = stored()) => {
  const told: Record<string, string>[] = []
  const manager = new NamesrvConfigManager({
    stored: disk,
    onChanged: (changed) => told.push({ ...changed })
  })
  manager.place('127.0.0.1', 9876)
  return { manager, told }
}

test('a changed value acts at once, is told, and outlives a restart', async () => {
  const disk = stored()
  const { manager, told } = create(disk)
  await manager.update('orderMessageEnable=true\nwaitSecondsForService = 7\n')
  expect(manager.config).toMatchObject({ orderMessageEnable: true, waitSecondsForService: 7 })
  expect(told).toEqual([{ orderMessageEnable: 'true', waitSecondsForService: '7' }])
  expect(create(disk).manager.config).toEqual(manager.config)
})

test('one for the next start waits for it', async () => {
  const disk = stored()
  const { manager } = create(disk)
  await manager.update('scanNotActiveBrokerInterval=1000')
  expect(manager.config.scanNotActiveBrokerInterval).toBe(5000)
  expect(parsePropertiesText(manager.text()).get('scanNotActiveBrokerInterval')).toBe('1000')
  expect(create(disk).manager.config.scanNotActiveBrokerInterval).toBe(1000)
})

test.each([
  ['noSuchKey=1\norderMessageEnable=true', ResponseCode.SYSTEM_ERROR, /noSuchKey/],
  ['kvConfigPath=/x\norderMessageEnable=true', ResponseCode.NO_PERMISSION, /black list/],
  ['listenPort=1\norderMessageEnable=true', ResponseCode.NO_PERMISSION, /listenPort/],
  ['orderMessageEnable=perhaps', ResponseCode.SYSTEM_ERROR, /perhaps.*true or false/],
  ['waitSecondsForService=-1\norderMessageEnable=true', ResponseCode.SYSTEM_ERROR, /whole number/],
  ['clientRequestThreadPoolNums=x\norderMessageEnable=true', ResponseCode.SYSTEM_ERROR, /Java int/]
])('%j is refused whole', async (text, code, remark) => {
  const { manager, told } = create()
  await expect(manager.update(text)).rejects.toMatchObject({
    code,
    remark: expect.stringMatching(remark) as string
  })
  expect(manager.config.orderMessageEnable).toBe(false)
  expect(told).toEqual([])
})

test('the text holds what takes effect and what only RocketMQ knows, one a line and sorted', () => {
  const properties = parsePropertiesText(create().manager.text())
  expect(properties.get('listenPort')).toBe('9876')
  expect(properties.get('bindAddress')).toBe('127.0.0.1')
  expect(properties.get('returnOrderTopicConfigToBroker')).toBe('true')
  expect(properties.get('clientRequestThreadPoolNums')).toBe('8')
  expect([...properties.keys()]).toEqual([...properties.keys()].sort())
})

test('what is kept outside replaces what it stored itself', async () => {
  const disk = stored({ orderMessageEnable: 'true', waitSecondsForService: '7' })
  await adoptProperties(disk, { waitSecondsForService: '8', enableTopicList: 'false' })
  expect(create(disk).manager.config).toMatchObject({
    orderMessageEnable: false,
    waitSecondsForService: 8,
    enableTopicList: false
  })
})

test('a stored value that no longer fits is passed over', () => {
  const disk = stored({ waitSecondsForService: 'soon', enableTopicList: 'false' })
  expect(create(disk).manager.config).toMatchObject({
    waitSecondsForService: 45,
    enableTopicList: false
  })
})
