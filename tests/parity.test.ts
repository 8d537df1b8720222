/** docs/PARITY.md: what a row names exists; rows that are open are counted and told, not hidden. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { methods } from '../src/shared/contract'

const root = resolve(import.meta.dirname, '..')
const text = readFileSync(resolve(root, 'docs/PARITY.md'), 'utf8')

interface Row {
  name: string
  methods: string[]
  tests: string[]
  status: string
}

const words = (cell: string): string[] => cell.split(/\s+/).filter((word) => word !== '')

const rowsOf = (title: string): Row[] => {
  const section = new RegExp(`^## ${title}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(text)
  return (section?.[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-|Row|Call)/.test(line))
    .map((line) => {
      const cells = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
      const [asked, covered, status = ''] = cells.slice(-3)
      return { name: cells[0]!, methods: words(asked ?? ''), tests: words(covered ?? ''), status }
    })
}

const pages = rowsOf('Pages of the dashboard')
const calls = rowsOf('Calls of its back end')

const numbers = [
  ...['1', '2', '3', '4', '5', '5a', '5b', '5c', '5d', '5e', '5f', '5g', '5h', '5i', '6', '6a'],
  ...['6b', '6c', '6d', '6e', '7', '8', '8a', '9', '9a', '10', '10a', '11', '12', '13']
]

test('every page of the dashboard has a row', () => {
  expect(pages.map(({ name }) => name)).toEqual(numbers)
})

test('every call of its back end has a row, each once', () => {
  expect(calls).toHaveLength(63)
  expect(new Set(calls.map(({ name }) => name)).size).toBe(63)
})

describe.each([
  ['page', pages],
  ['call', calls]
] as const)('%s', (_kind, rows) => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    expect(['done', 'open', 'not needed']).toContain(row.status)
    expect(row.methods.filter((method) => !Object.hasOwn(methods, method))).toEqual([])
    expect(row.tests.filter((file) => !existsSync(resolve(root, file)))).toEqual([])
    if (row.status === 'done')
      expect([row.methods.length > 0, row.tests.length > 0]).toEqual([true, true])
  })
})

test('what is open is told', () => {
  const open = [...pages, ...calls].filter(({ status }) => status === 'open')
  if (open.length > 0)
    process.stderr.write(
      `docs/PARITY.md: ${open.length} open: ${open.map(({ name }) => name).join(', ')}\n`
    )
  expect(open.length).toBeLessThan(pages.length)
})
