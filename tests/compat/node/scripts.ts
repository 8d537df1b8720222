/** Runs a user's script on a stock Node client in a process of its own and collects the JSON lines it prints. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

type Line = Record<string, unknown>

export interface Script {
  /** Everything printed so far. */
  lines: Line[]
  /** Resolves when `accept` holds for the lines printed so far. */
  until(accept: (lines: Line[]) => boolean): Promise<Line[]>
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
  exited: Promise<number | null>
}

export const runScript = (name: string, options: object): Script => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, name), JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line)
    for (const check of waiting) check()
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    lines,
    exited,
    until: (accept) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!accept(lines)) return
          waiting.delete(check)
          resolve([...lines])
        }
        waiting.add(check)
        check()
        void exited.then((code) => reject(new Error(`${name} ended with ${code}\n${stderr}`)))
      }),
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    }
  }
}
