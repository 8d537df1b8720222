// Before all tests: lets Maven fetch the official clients and compile our drivers against them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { cache, clientLines, stockServer } from './lines'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why the suite cannot run here; empty if it can. */
    hindrance: string
  }
}

const javaFolder = resolve(import.meta.dirname, '../java')

export function setup(project: TestProject) {
  const hindrance = findHindrance()
  project.provide('hindrance', hindrance)
  if (hindrance) {
    process.stderr.write(`compat suite skipped: ${hindrance}\n`)
    return
  }
  if (!stockServer() && !existsSync(resolve(cache, '../../out/main/headless.js'))) {
    throw new Error('out/main/headless.js is missing: run "npm run build" first')
  }
  const stock = stockServer()
  for (const line of [...clientLines, ...(stock ? [stock] : [])]) fetch(line)
}

function findHindrance(): string {
  for (const program of ['mvn', 'java']) {
    if (spawnSync(program, ['-version']).status !== 0) return `no ${program} on the path`
  }
  return ''
}

/** Maven needs seconds even for nothing, so it is asked only when pom or sources have changed. */
function fetch(line: string): void {
  const stampFile = join(cache, line, 'stamp')
  const stamp = sourcesHash()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  process.stderr.write(`fetching and compiling ${line} with Maven\n`)
  const maven = spawnSync(
    'mvn',
    ['-q', '-B', '-P', line, 'compile', 'dependency:build-classpath'],
    { cwd: javaFolder, encoding: 'utf8' }
  )
  if (maven.status !== 0) throw new Error(`Maven failed for ${line}:\n${maven.stdout}`)
  mkdirSync(join(cache, line), { recursive: true })
  writeFileSync(stampFile, stamp)
}

function sourcesHash(): string {
  const hash = createHash('sha1')
  const files = readdirSync(javaFolder, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => /\.(java|xml)$/.test(name)).sort()) {
    hash.update(file).update(readFileSync(join(javaFolder, file)))
  }
  return hash.digest('hex')
}
