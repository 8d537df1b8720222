/** One driver for all rows and both servers, so that its own code is equally warm for both. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Job, JobResult } from '../jobs'

export interface Driver {
  pid: number
  /** One at a time. @throws Error when the driver has ended. */
  run(job: Job): Promise<JobResult>
  stop(): void
}

export const startDriver = (): Driver => {
  const bundle = process.env['GANTRY_BENCH_DRIVER']
  if (bundle === undefined) throw new Error('GANTRY_BENCH_DRIVER is not set; run npm run bench')
  const child = spawn(process.execPath, [bundle, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`the driver ended with ${code}: the server closed a connection, or see above`)
  })
  ended.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    run: async (job) => {
      child.stdin.write(`${JSON.stringify(job)}\n`)
      const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
      return JSON.parse(line) as JobResult
    },
    stop: () => child.stdin.end()
  }
}
