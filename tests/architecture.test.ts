/** Holds the layout of docs/ARCHITECTURE.md: imports point one way, files stay small, some modules have one importer. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const src = join(root, 'src')

/** What each part of `src/main` may import, besides itself, `base`, and `shared`. */
const allowed: Record<string, readonly string[]> = {
  base: [],
  protocol: [],
  remoting: ['protocol'],
  meta: ['protocol'],
  store: ['protocol'],
  nameserver: ['meta', 'remoting', 'protocol'],
  broker: ['store', 'meta', 'remoting', 'protocol'],
  proxy: ['client', 'remoting', 'protocol'],
  client: ['remoting', 'protocol'],
  admin: ['client', 'remoting', 'protocol'],
  cluster: ['nameserver', 'broker', 'proxy', 'store', 'meta', 'remoting', 'protocol'],
  console: ['admin', 'client', 'cluster', 'meta', 'remoting', 'protocol'],
  http: ['console'],
  cli: ['admin', 'client', 'remoting', 'protocol'],
  app: ['console']
}

/** Composition roots: lists of what to build and start, so they may name everything. */
const roots = ['src/main/index.ts', 'src/main/headless.ts', 'src/main/cli.ts']

/** Largest source file in lines; a bigger one wants to be two. */
const MAX_LINES = { '.ts': 400, '.vue': 250 } as const

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

const rel = (path: string): string => relative(root, path).split(sep).join('/')

const importsOf = (path: string): string[] => {
  const text = readFileSync(path, 'utf8')
  const found = text.matchAll(/(?:from|import|import\()\s*['"]([^'"]+)['"]/g)
  return [...found].map((match) => match[1]!)
}

interface Import {
  from: string
  to: string
  /** Path below the repository for our own files, else the package's name. */
  target: string
}

const imports = filesBelow(src).flatMap((path): Import[] =>
  importsOf(path).map((to) => ({
    from: rel(path),
    to,
    target: to.startsWith('.') ? rel(resolve(dirname(path), to.replace(/\?.*$/, ''))) : to
  }))
)

const isTest = (path: string): boolean => /\.(test|contract)\.ts$/.test(path)
const partOf = (path: string): string | undefined => /^src\/main\/([^/]+)\//.exec(path)?.[1]
const show = ({ from, to }: Import): string => `${from} imports ${to}`

describe('imports point one way', () => {
  test('inside src/main', () => {
    const wrong = imports.filter(({ from, target }) => {
      if (roots.includes(from) || isTest(from)) return false
      const [source, dest] = [partOf(from), partOf(target)]
      if (source === undefined || dest === undefined || source === dest || dest === 'base')
        return false
      return !(allowed[source] ?? []).includes(dest)
    })
    expect(wrong.map(show)).toEqual([])
  })

  test('every part of src/main is in the table', () => {
    const parts = new Set(
      imports.map(({ from }) => partOf(from)).filter((part) => part !== undefined)
    )
    expect([...parts].filter((part) => !(part in allowed))).toEqual([])
  })

  test('shared imports nothing of ours', () => {
    const wrong = imports.filter(
      ({ from, target }) =>
        from.startsWith('src/shared/') &&
        target.startsWith('src/') &&
        !target.startsWith('src/shared/')
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('the window knows the contract and nothing of the engine', () => {
    const wrong = imports.filter(
      ({ from, target }) =>
        from.startsWith('src/renderer/') && /^src\/(main|preload)\//.test(target)
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('nothing of the product imports tests', () => {
    const wrong = imports.filter(
      ({ from, target }) => !isTest(from) && /^(tests|e2e|bench)\//.test(target)
    )
    expect(wrong.map(show)).toEqual([])
  })
})

describe('some packages have one home', () => {
  test.each([
    ['electron', (from: string) => /^src\/(main\/app\/|main\/index\.ts|preload\/)/.test(from)],
    ['nedb-promises', (from: string) => from.startsWith('src/main/meta/')],
    ['ws', (from: string) => from.startsWith('src/main/http/')],
    ['node:worker_threads', (from: string) => from.startsWith('src/main/cluster/')],
    [
      'node:net',
      (from: string) =>
        /^src\/main\/(remoting|base|cluster)\//.test(from) ||
        from === 'src/main/protocol/message/host.ts'
    ]
  ] as const)('%s', (name, mayImport) => {
    const wrong = imports.filter(({ from, to }) => to === name && !isTest(from) && !mayImport(from))
    expect(wrong.map(show)).toEqual([])
  })
})

test('source files stay small enough to read', () => {
  const large = filesBelow(src)
    .filter((path) => !isTest(path))
    .map((path) => ({
      path: rel(path),
      lines: readFileSync(path, 'utf8').split('\n').length - 1,
      limit: path.endsWith('.vue') ? MAX_LINES['.vue'] : MAX_LINES['.ts']
    }))
    .filter(({ lines, limit }) => lines > limit)
  expect(large).toEqual([])
})
