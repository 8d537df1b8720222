import { describe, expect, test } from 'vitest'
import { i18n, type Locale } from '.'
import { en } from './en'
import { zhCN } from './zh-CN'

type Tree = { [key: string]: string | Tree }

const paths = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : paths(value, `${prefix}${key}.`)
  )
const placeholders = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')

const english = new Map(paths(en))
const chinese = new Map(paths(zhCN))

describe.each<[Locale, Map<string, string>]>([
  ['en', english],
  ['zh-CN', chinese]
])('%s', (locale, texts) => {
  test('every text compiles and shows its values', () => {
    i18n.global.locale.value = locale
    for (const [path, text] of texts) {
      const names = placeholders(text)
      const values = Object.fromEntries(names.map((name) => [name, `<${name}>`] as const))
      const shown = i18n.global.t(path, values)
      expect(shown, path).not.toBe(path)
      if (!text.includes(' | ')) {
        expect(shown, path).toBe(text.replace(/\{(\w+)\}/g, '<$1>'))
      }
    }
  })
})

test('both languages show the same values', () => {
  for (const [path, text] of english) {
    const other = chinese.get(path) ?? ''
    expect([...new Set(placeholders(other))].sort(), path).toEqual(
      [...new Set(placeholders(text))].sort()
    )
  }
})

test('every text a page asks for exists', () => {
  const sources = import.meta.glob<string>(['../**/*.{vue,ts}', '!../**/*.test.ts'], {
    query: '?raw',
    import: 'default',
    eager: true
  })
  const asked = Object.values(sources).flatMap((source) =>
    [...source.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key ?? '')
  )
  expect(asked.length).toBeGreaterThan(100)
  expect([...new Set(asked)].filter((key) => !english.has(key))).toEqual([])
})
