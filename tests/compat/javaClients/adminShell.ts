// mqadmin without a JVM for each command.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cache, type ClientLine, jvm } from './lines'

const endOfCommand = '--- end of command ---'

export interface AdminShell {
  /** Runs one command line and answers what it printed. */
  run(...args: string[]): Promise<string>
  stop(): Promise<void>
}

/** A printed table: every line as its cells. */
export const cells = (said: string) => said.split('\n').map((text) => text.trim().split(/\s+/))

export function startAdminShell(line: ClientLine, namesrv: string): AdminShell {
  const child = spawn('java', ['-Xmx256m', ...jvm(line), 'gantry.compat.AdminShell'], {
    cwd: cache,
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const closed = new Promise<void>((fulfil) => child.once('close', () => fulfil()))
  const lines = createInterface({ input: child.stdout })
  return {
    run: (...args) =>
      new Promise((fulfil, reject) => {
        const said: string[] = []
        const hear = (text: string) => {
          if (text !== endOfCommand) return void said.push(text)
          lines.off('line', hear)
          fulfil(said.join('\n').trim())
        }
        lines.on('line', hear)
        void closed.then(() => reject(new Error(`mqadmin has ended:\n${said.join('\n')}`)))
        child.stdin.write([...args, '-n', namesrv].join('\t') + '\n')
      }),
    stop: async () => {
      child.stdin.end()
      child.kill('SIGKILL')
      await closed
    }
  }
}
