/** `npm run bench -- --peer`: Gantry beside stock Apache RocketMQ, with the same driver over the same grid. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { fetchLine, findHindrance } from '../tests/compat/javaClients/maven'
import { startDriver } from './peer/driverProcess'
import { measureGrid, measureStarts, type GridResult } from './peer/grid'
import { measureJava } from './peer/javaBenchmark'
import { estimatedSeconds, HELP, parseOptions, type Options } from './peer/options'
import { profileRows } from './peer/profile'
import { printGrid, printProgress, printStarts, printSummary } from './peer/report'

/** One sentence, and nothing more: what is missing here. */
const refuse = (why: string): never => {
  console.error(`bench --peer: ${why}`)
  process.exit(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  // Ends with `exit`, whose listeners kill every child and remove every folder.
  process.on(signal, () => process.exit(130))

const javaVersion = (): string =>
  spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr.split('\n')[1]?.trim() ?? 'unknown'

const fetchAll = ({ versions, java }: Options): void => {
  const hindrance = findHindrance()
  if (hindrance) refuse(`${hindrance}; install a JDK 17 and Maven, or leave --peer out.`)
  try {
    for (const { line, client } of versions) {
      fetchLine(line)
      if (java) fetchLine(client)
    }
  } catch (error) {
    const first = String(error).split('\n').slice(0, 2).join(' ')
    refuse(`Apache RocketMQ could not be had from Maven Central: ${first}`)
  }
}

const printHead = (options: Options): void => {
  const seconds = estimatedSeconds(options)
  console.log(
    `Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ` +
      `${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}, Node ${process.version}, ${javaVersion()}.\n\n` +
      `Stock: -Xms4g -Xmx4g -XX:+UseG1GC, without AlwaysPreTouch, default configuration but for names, ports and ` +
      `paths; Gantry: headless, default configuration. ${options.rounds} rounds of ${options.seconds} s in turn; ` +
      `ratios are medians of those of each round. One server is under load, the other idle, and what either wrote is on the disk before. 4.9.7 is the last 4.9 ` +
      `broker on Maven Central, 5.5.0 the newest 5.x that is whole there.\n\n` +
      `This takes about ${Math.ceil(seconds / 60)} minutes.`
  )
}

const compare = async (options: Options): Promise<void> => {
  fetchAll(options)
  printHead(options)
  const grids: GridResult[] = []
  for (const version of options.versions) {
    if (options.wire) {
      printStarts(version.version, await measureStarts(version, options.rounds))
      for (const flush of options.flushes) {
        const driver = startDriver()
        const grid = await measureGrid(version, flush, driver, options, (result) =>
          printProgress(result, flush)
        )
        driver.stop()
        printGrid(grid)
        grids.push(grid)
      }
    }
    if (options.java)
      for (const flush of options.flushes) await measureJava(version, flush, options)
  }
  if (options.wire) printSummary(grids)
}

const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2))
  if (!options) {
    console.log(HELP)
    return
  }
  if (!existsSync('/proc/self/stat'))
    refuse('CPU time and memory are read from /proc: Linux is needed.')
  if (!options.profile) return compare(options)
  const driver = startDriver()
  await profileRows(driver, options)
  driver.stop()
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof RangeError || error instanceof TypeError) refuse(error.message)
    console.error(error)
    process.exit(1)
  }
)
