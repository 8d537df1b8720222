import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CONTENT_SECURITY_POLICY } from '../../shared/csp'
import { RendererFiles } from './rendererFiles'

const folder = resolve('/renderer')

/** A disk on which everything exists: only names decide. */
const everywhere = () => {
  const read: string[] = []
  const files = new RendererFiles(
    {
      size: () => 1,
      readFile: (path) => {
        read.push(path)
        return Buffer.from('x')
      }
    },
    folder
  )
  return { files, read }
}

describe('a file of the renderer', () => {
  test.each([
    ['/index.html', 'text/html; charset=utf-8', 'no-store'],
    [
      '/assets/index-BC12ab_-.js',
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable'
    ],
    [
      '/assets/index-BC12ab_-.css',
      'text/css; charset=utf-8',
      'private, max-age=31536000, immutable'
    ],
    ['/favicon.svg', 'image/svg+xml', 'no-store']
  ])('%s has its type and its cache', (path, type, cacheControl) => {
    const { files, read } = everywhere()
    expect(files.get(path)).toMatchObject({ type, cacheControl })
    expect(read).toEqual([join(folder, path)])
  })
})

describe('a name that leads elsewhere is no file', () => {
  test.each([
    '/../package.json',
    '/assets/../../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '/C:/windows/win.json',
    '//etc/x.json',
    '/.git/x.json',
    '/assets/.hidden.js',
    '/a\0.js',
    '/assets/',
    '/headless.mjs',
    '/data.db',
    'index.html',
    ''
  ])('%j', (path) => {
    const { files, read } = everywhere()
    expect(files.get(path)).toBeUndefined()
    expect(read).toEqual([])
  })
})

test('index.html carries the same content policy as the header', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../renderer/index.html'), 'utf8')
  expect(page).toContain(CONTENT_SECURITY_POLICY)
})
