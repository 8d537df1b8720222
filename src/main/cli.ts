#!/usr/bin/env node
/** The `gantry` command: mqadmin's verbs, and `start`, which is the headless engine. */
import { version } from '../../package.json'
import { systemClock } from './base/clock'
import { runCli } from './cli/runVerb'

/** Standard output may be a pipe that its reader closed (`| head`): then there is nobody to tell. */
process.stdout.on('error', () => process.exit(0))

const main = async (): Promise<void> => {
  const [word, ...rest] = process.argv.slice(2)
  if (word === 'start') {
    process.argv.splice(2, process.argv.length, ...rest)
    // Only here: the engine is most of the program, and a verb does without.
    await import('./headless')
    return
  }
  if (word === '--version') {
    process.stdout.write(`${version}\n`)
    return
  }
  process.exitCode = await runCli(process.argv.slice(2), {
    clock: systemClock,
    env: process.env,
    print: (text) => process.stdout.write(`${text}\n`),
    printError: (text) => process.stderr.write(`${text}\n`)
  })
}

void main()
