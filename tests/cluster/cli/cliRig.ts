/** The command line in this process: words in, lines and exit code out. */
import { systemClock } from '../../../src/main/base/clock'
import { runCli } from '../../../src/main/cli/runVerb'

export interface Said {
  code: number
  out: string
  err: string
  /** Lines as cells. */
  cells: string[][]
}

export const cliTo = (namesrv: string, env: Record<string, string> = {}) => {
  const run = async (...args: string[]): Promise<Said> => {
    const out: string[] = []
    const err: string[] = []
    const code = await runCli(args, {
      clock: systemClock,
      env: { NAMESRV_ADDR: namesrv, ...env },
      print: (text) => out.push(text),
      printError: (text) => err.push(text)
    })
    const text = out.join('\n')
    const cells = text.split('\n').map((line) => line.trim().split(/\s+/))
    return { code, out: text, err: err.join('\n'), cells }
  }
  /** Must succeed. */
  const ok = async (...args: string[]): Promise<Said> => {
    const said = await run(...args)
    if (said.code !== 0) throw new Error(`gantry ${args.join(' ')} ended with ${said.code}: ${said.err}`) // prettier-ignore
    return said
  }
  /** The values printed with --json. */
  const json = async <T = Record<string, unknown>>(...args: string[]): Promise<T[]> =>
    (await ok(...args, '--json')).out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T)
  return { run, ok, json }
}
