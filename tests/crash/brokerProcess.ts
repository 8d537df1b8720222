/** The process that is killed: the built product without its window, or a broker alone. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import type { HeadlessReady } from '../headless'
import type { RoundPlan } from './plan'

/** Also found from a bundle of this file, wherever in the repository that lies. */
const rootOf = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : rootOf(dirname(folder))

const root = rootOf(import.meta.dirname)
const headless = join(root, 'out/main/headless.js')

/** A protection switched off: in `file`, `from` becomes `to`. */
export interface Mutation {
  file: string
  from: string
  to: string
}

/** @throws Error when the file does not read as the mutation expects: then it would prove nothing. */
const mutate = (code: string, { file, from, to }: Mutation): string => {
  if (code.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`)
  return code.replace(from, () => to)
}

let bundles = 0

/** Packages stay where they are: the bundle must lie inside the repository to find them. */
export const bundleEntry = async (
  name: string,
  mutations: readonly Mutation[] = []
): Promise<string> => {
  const file = join(root, '.cache', 'crash', `${name}-${process.pid}-${bundles++}.mjs`)
  const of = (id: string): Mutation[] =>
    mutations.filter((mutation) => id.endsWith(`/src/main/${mutation.file}`))
  const bundle = await rolldown({
    plugins: [
      {
        name: 'mutate',
        transform: (code, id) => ({ code: of(id).reduce(mutate, code), map: null })
      }
    ],
    input: join(root, 'tests', 'crash', `${name}.ts`),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !/^[A-Za-z]:\\/.test(id)
  })
  await bundle.write({ file, format: 'esm' })
  await bundle.close()
  return file
}

/** Folder of the one broker below the data folder of a round. */
export const brokerFolder = (host: RoundPlan['host'], data: string): string =>
  host === 'headless' ? join(data, 'nodes', 'broker-0') : data

export interface HostSettings {
  host: RoundPlan['host']
  /** Bundle of `brokerChild`. */
  brokerChild: string
  data: string
  properties: RoundPlan['properties']
  limits: RoundPlan['limits']
}

const commandOf = (settings: HostSettings): string[] => {
  const { host, brokerChild, data, properties, limits } = settings
  if (host === 'broker') return [brokerChild, JSON.stringify({ folder: data, properties, limits })]
  if (!existsSync(headless)) throw new Error(`${headless} is missing: run "npm run build" first`)
  const ports = ['namesrv', 'broker', 'grpc', 'console'].flatMap((port) => [`--${port}`, '0'])
  const sets = Object.entries(properties).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  return [headless, '--json', '--data', data, ...ports, ...sets]
}

const addressIn = (line: string): string => {
  if (line.startsWith('ready ')) return line.slice('ready '.length)
  return (JSON.parse(line) as HeadlessReady).brokers[0]!.address
}

export class BrokerProcess {
  /** Resolves with the broker's address; rejects when the process ends before. */
  readonly ready: Promise<string>
  /** Signal or exit code. */
  readonly ended: Promise<NodeJS.Signals | number>
  readonly pid: number
  private readonly child: ChildProcess
  private said = ''

  constructor(settings: HostSettings) {
    const child = spawn(process.execPath, commandOf(settings), {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.child = child
    this.pid = child.pid ?? -1
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.said += text))
    const leaveNothing = (): boolean => child.kill('SIGKILL')
    process.once('exit', leaveNothing)
    this.ended = new Promise((fulfil, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        process.off('exit', leaveNothing)
        fulfil(signal ?? code ?? -1)
      })
    })
    const { stdout } = child
    this.ready = new Promise((fulfil, reject) => {
      createInterface({ input: stdout }).once('line', (line) => fulfil(addressIn(line)))
      this.ended.then(
        (how) =>
          reject(new Error(`the broker ended with ${how} before it was ready: ${this.said}`)),
        reject
      )
    })
    // A start that is killed on purpose has nobody who waits for it.
    this.ready.catch(() => undefined)
  }

  get stderr(): string {
    return this.said
  }

  async kill(): Promise<NodeJS.Signals | number> {
    this.child.kill('SIGKILL')
    return this.ended
  }

  /** SIGTERM; `killAfterMs` later SIGKILL, where given. */
  async stop(killAfterMs?: number): Promise<NodeJS.Signals | number> {
    this.child.kill('SIGTERM')
    if (killAfterMs === undefined) return this.ended
    const timer = setTimeout(() => this.child.kill('SIGKILL'), killAfterMs)
    const how = await this.ended
    clearTimeout(timer)
    return how
  }
}
