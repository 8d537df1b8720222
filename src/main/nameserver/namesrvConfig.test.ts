import { expect, test } from 'vitest'
import { ResponseCode } from '../protocol/codes/responseCode'
import { parsePropertiesText } from '../protocol/bodies/propertiesText'
import { NamesrvConfigManager, type NamesrvConfigDoc } from './namesrvConfig'

const stored = () => {
  const values = new Map<string, NamesrvConfigDoc>()
  return {
    all: () => [...values],
    put: async (key: string, value: NamesrvConfigDoc) => void values.set(key, value)
  }
}

const create = (disk = stored()) => new NamesrvConfigManager(disk, () => ({ listenPort: 9876 }))

test('a changed value acts at once and outlives a restart', async () => {
  const disk = stored()
  const manager = create(disk)
  await manager.update('orderMessageEnable=true\nwaitSecondsForService = 7\n')
  expect(manager.config).toMatchObject({ orderMessageEnable: true, waitSecondsForService: 7 })
  expect(create(disk).config).toEqual(manager.config)
})

test('unknown keys are dropped', async () => {
  const manager = create()
  await manager.update('noSuchKey=1\norderMessageEnable=true')
  expect(parsePropertiesText(manager.text()).has('noSuchKey')).toBe(false)
  expect(manager.config.orderMessageEnable).toBe(true)
})

test.each([
  ['listenPort=1\norderMessageEnable=true', ResponseCode.NO_PERMISSION, /listenPort/],
  ['orderMessageEnable=perhaps', ResponseCode.SYSTEM_ERROR, /must be a boolean, not "perhaps"/],
  [
    'orderMessageEnable=true\nwaitSecondsForService=-1',
    ResponseCode.SYSTEM_ERROR,
    /must be a number/
  ]
])('%j is refused whole', async (text, code, remark) => {
  const manager = create()
  await expect(manager.update(text)).rejects.toMatchObject({
    code,
    remark: expect.stringMatching(remark) as string
  })
  expect(manager.config.orderMessageEnable).toBe(false)
})

test('the text holds fixed and changeable values, one a line', () => {
  const properties = parsePropertiesText(create().text())
  expect(properties.get('listenPort')).toBe('9876')
  expect(properties.get('returnOrderTopicConfigToBroker')).toBe('true')
})
