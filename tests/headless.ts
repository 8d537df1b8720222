// Starts `out/main/headless.js` as a user's script would, and speaks the contract of
// docs/ARCHITECTURE.md: flags in, one JSON line out, signals to stop.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** The first line of `--json`. */
export interface HeadlessReady {
  namesrv: string[]
  brokers: { cluster: string; name: string; id: number; role: string; address: string }[]
  /** Null where the cluster has no proxy. */
  grpc: string | null
  console: string
  data: string
  pid: number
  startupMs?: number
}

export interface Headless {
  ready: HeadlessReady
  dataDir: string
  /** SIGTERM; answers the exit code. The data folder goes too, if this helper made it. */
  stop(): Promise<number>
  /** SIGKILL; the data folder stays, so that it can be started again. */
  kill(): Promise<void>
  /** Another signal than SIGTERM; answers the exit code. */
  signal(name: NodeJS.Signals): Promise<number>
  /** Everything said on standard output so far. */
  stdout: () => string
  /** Everything said on standard error so far. */
  stderr(): string
}

export interface HeadlessOptions {
  /** Flags behind the defaults `--json --namesrv 0 --broker 0 --grpc 0 --console 0`. */
  args?: string[]
  /** An own data folder; without it a fresh one is made, and removed by `stop()`. */
  dataDir?: string
}

const entry = resolve(import.meta.dirname, '../out/main/headless.js')

export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first`)
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'gantry-'))
  const ports = ['namesrv', 'broker', 'grpc', 'console'].flatMap((port) => [`--${port}`, '0'])
  const child = spawn(
    process.execPath,
    [entry, '--json', '--data', dataDir, ...ports, ...(options.args ?? [])],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  let stderr = ''
  let stdout = ''
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString('utf8')))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = exitCode(child)
  // A run that is over, passed or not, leaves no cluster behind.
  const killChild = () => child.kill('SIGKILL')
  process.once('exit', killChild)
  void exited.then(() => process.off('exit', killChild))

  const ready = await new Promise<HeadlessReady>((fulfil, reject) => {
    const lines = createInterface({ input: child.stdout })
    lines.once('line', (line) => {
      try {
        fulfil(JSON.parse(line) as HeadlessReady)
      } catch (cause) {
        reject(new Error(`headless said this before it was ready: ${line}`, { cause }))
      }
    })
    void exited.then((code) =>
      reject(new Error(`headless ended with ${code} before it was ready:\n${stderr}`))
    )
  })
  return {
    ready,
    dataDir,
    stderr: () => stderr,
    stdout: () => stdout,
    signal: (name) => {
      child.kill(name)
      return exited
    },
    stop: async () => {
      child.kill('SIGTERM')
      const code = await exited
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true })
      return code
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    }
  }
}

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs with exactly these flags to its end: for flags that are refused, `--help`, and the like. */
export async function runHeadless(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first`)
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env }
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return { code: await exitCode(child), ...said }
}

/** A process that a signal ended counts as 128, as in a shell without the signal's number. */
function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((fulfil, reject) => {
    child.once('error', reject)
    child.once('close', (code) => fulfil(code ?? 128))
  })
}
