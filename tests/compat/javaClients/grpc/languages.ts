// The official Python and Go clients and h2spec, fetched by pip and go into the suite's cache; skipped with the reason where that fails.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cache, jvm, root } from '../lines'

const PYTHON_CLIENT = 'rocketmq-python-client==5.1.2'
const H2SPEC = 'github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible'
const GO_CLIENT = 'github.com/apache/rocketmq-clients/golang/v5@v5.1.4'

/** Fetching may take so long; what is there already is not fetched again. */
const FETCH_MS = 280_000

export interface Language {
  name: string
  /** Why it cannot run here; empty if it can. */
  fetch(): string
  /** A program of one file. */
  run(source: string): Promise<Ended>
}

export interface Ended {
  code: number | null
  lines: string[]
  stderr: string
}

/** Answers what went wrong; empty if nothing did. */
function attempt(command: string, args: readonly string[], cwd: string): string {
  const { status, error, stderr, stdout } = spawnSync(command, args, {
    ...{ cwd, encoding: 'utf8', timeout: FETCH_MS }
  })
  if (status === 0) return ''
  const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-2).join(' ')
  return `${command} ${args.join(' ')}: ${error?.message ?? last}`
}

/** In order, until one fails; what has succeeded once is not done again. */
function once(folder: string, version: string, steps: readonly (readonly string[])[]): string {
  const stamp = join(folder, 'stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return ''
  mkdirSync(folder, { recursive: true })
  for (const [command = '', ...args] of steps) {
    const problem = attempt(command, args, folder)
    if (problem !== '') return problem
  }
  writeFileSync(stamp, version)
  return ''
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  // Their logs go where the suite's do.
  const env = { ...process.env, 'rocketmq.client.logRoot': cwd, PYTHONUNBUFFERED: '1' }
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  createInterface({ input: child.stdout }).on('line', (text) => lines.push(text))
  return new Promise((fulfil) => child.once('close', (code) => fulfil({ code, lines, stderr })))
}

const place = (folder: string, file: string, source: string): string => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), source)
  return join(folder, file)
}

const pythonFolder = join(cache, 'python')
export const python: Language = {
  name: 'Python',
  fetch: () =>
    once(pythonFolder, PYTHON_CLIENT, [
      ['python3', '-m', 'venv', 'venv'],
      ['venv/bin/pip', 'install', '-q', PYTHON_CLIENT]
    ]),
  run: (source) =>
    run(
      join(pythonFolder, 'venv/bin/python'),
      [place(pythonFolder, 'program.py', source)],
      pythonFolder
    )
}

const goFolder = join(cache, 'go')
export const go: Language = {
  name: 'Go',
  fetch: () => {
    // `go get` keeps what a program of the module needs.
    place(goFolder, 'main.go', `package main\n\nimport _ "${GO_CLIENT.split('@')[0]}"\n\nfunc main() {}\n`) // prettier-ignore
    return once(goFolder, GO_CLIENT, [
      ['go', 'mod', 'init', 'gantry/compat'],
      ['go', 'get', GO_CLIENT],
      ['go', 'build', '-o', 'program', '.']
    ])
  },
  run: (source) => {
    place(goFolder, 'main.go', source)
    return run('go', ['run', '.'], goFolder)
  }
}

const h2specFolder = join(cache, 'h2spec')
/** Asks a server of HTTP/2 what the RFC demands. */
export const h2spec = {
  fetch: (): string =>
    once(h2specFolder, H2SPEC, [['env', `GOBIN=${h2specFolder}`, 'go', 'install', H2SPEC]]),
  run: (args: readonly string[]): Promise<Ended> =>
    run(join(h2specFolder, 'h2spec'), args, h2specFolder)
}

const javaFolder = join(cache, 'java')
/** Maven has fetched it before. */
export const java: Language = {
  name: 'Java',
  fetch: () => '',
  run: (source) =>
    run('java', [...jvm('client-grpc'), place(javaFolder, 'Java.java', source)], javaFolder)
}

/** A program of this suite, or of the Connect card, with its names filled in. */
export function program(path: string, names: Record<string, string>): string {
  return Object.entries(names).reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, value),
    readFileSync(join(root, path), 'utf8')
  )
}
