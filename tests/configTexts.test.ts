/** What the configuration page says of every property that takes effect, in both languages. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PropertyTable } from '../src/main/base/properties/propertyTable'
import { brokerTable } from '../src/main/broker/brokerConfig'
import { namesrvTable } from '../src/main/nameserver/namesrvConfig'
import { proxyTable } from '../src/main/proxy/proxyConfig'
import { en } from '../src/renderer/src/i18n/en'
import { zhCN } from '../src/renderer/src/i18n/zh-CN'

const tables: PropertyTable[] = [brokerTable, namesrvTable, proxyTable]
const honoured = tables.flatMap((table) => table.honoured)

test.each([
  ['en', en],
  ['zh-CN', zhCN]
] as const)('%s explains every property, and names every section', (_locale, texts) => {
  const explained = new Map<string, string>(Object.entries(texts.config))
  const sections = new Set(Object.keys(texts.properties.sections))
  expect(honoured.filter(({ key }) => !explained.get(key)).map(({ key }) => key)).toEqual([])
  expect(honoured.filter(({ section }) => !sections.has(section))).toEqual([])
})

test('stock keys that take effect here have RocketMQ’s own type', () => {
  const differing = tables.flatMap((table) =>
    table.honoured.filter(({ key, type }) => {
      const stock = table.stockKey(key)
      return stock !== undefined && stock.type !== type
    })
  )
  expect(differing.map(({ key }) => key)).toEqual([])
})

test('keys RocketMQ does not know say whose they are', () => {
  const own = tables.flatMap((table) => table.honoured.filter(({ key }) => !table.stockKey(key)))
  expect(own.filter(({ key }) => !key.startsWith('gantry'))).toEqual([])
})

test('every key of the proxy that is said to take effect is read by it', () => {
  const folder = join(import.meta.dirname, '..', 'src', 'main', 'proxy')
  const own = /^(?:proxyConfig|stockKeys)\.ts$|\.test\.ts$/
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !own.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  const unread = proxyTable.honoured.filter(
    ({ key, readOnly }) => !readOnly && !new RegExp(`\\b${key}\\b`).test(source)
  )
  expect(unread.map(({ key }) => key)).toEqual([])
})
