// Lets Maven fetch official Java software, and compile our drivers against it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, type Line, root } from './lines'

const javaFolder = join(root, 'tests/compat/java')

/** What is missing to run Java software of Maven Central; empty if nothing is. */
export function findHindrance(): string {
  for (const program of ['mvn', 'java']) {
    if (spawnSync(program, ['-version']).status !== 0) return `no ${program} on the path`
  }
  return ''
}

/** Maven needs seconds even for nothing, so it is asked only when pom or sources have changed. */
export function fetchLine(line: Line): void {
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
