/** RocketMQ's own benchmark as the driver: its producer with 64 threads, then its consumer on a backlog. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { cache, jvm } from '../../tests/compat/javaClients/lines'
import { median } from '../histogram'
import { cpuBetween, cpuSample, type CpuSample } from '../procfs'
import { percent, perSecond, printTable, times } from '../table'
import { createTopic } from '../topic'
import { startDriver, type Driver } from './driverProcess'
import { jobOf } from './grid'
import { parseReport, type Report } from './javaReport'
import type { Flush, Options, Version } from './options'
import { startGantry, startStock, type Server } from './servers'

const THREADS = '64'
const QUEUES = 8
const BODIES = [128, 1024]
/** The benchmark prints that often, each time of the ten seconds before. */
const REPORT_SECONDS = 10
/** A consumer that has had nothing for so many reports has drained the backlog. */
const DRY_REPORTS = 1
const DRAIN_LIMIT_SECONDS = 180

/** What was counted up to a report. */
interface Timed extends Report {
  sample: CpuSample
}

/** A run of theirs, its warm-up left out. */
interface Run extends Report {
  /** Microseconds of the server's processes, for each message. */
  cpuPerMessage: number
  /** Share of the machine that neither of the servers, nor they, had. */
  others: number
}

/** Of the reports from the second on: the first says where counting begins. */
const costOf = (
  reports: readonly Timed[],
  server: Server
): Pick<Run, 'cpuPerMessage' | 'others'> => {
  const [first, last] = [reports[0], reports.at(-1)]
  if (!first || !last || first === last) return { cpuPerMessage: NaN, others: NaN }
  const { seconds, micros, others } = cpuBetween(first.sample, last.sample)
  const counted = reports.slice(1).map(({ tps }) => tps)
  const messages = (seconds * counted.reduce((sum, tps) => sum + tps, 0)) / counted.length
  return { cpuPerMessage: (micros[server.pid] ?? 0) / messages, others }
}

/** Runs until `isOver` says so of the reports so far, or the time is up. */
const runBenchmark = async (
  { client }: Version,
  server: Server,
  program: 'Producer' | 'Consumer',
  args: readonly string[],
  limitSeconds: number,
  isOver: (reports: readonly Report[]) => boolean
): Promise<Timed[]> => {
  const flags = jvm(client, {}, ['-server', '-Xms1g', '-Xmx1g', '-XX:+UseG1GC'])
  const child = spawn(
    'java',
    [...flags, `org.apache.rocketmq.example.benchmark.${program}`, ...args],
    {
      cwd: cache,
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  const closed = new Promise<void>((done) => child.once('close', () => done()))
  const reports: Timed[] = []
  const watched = [server.pid, ...server.beside, child.pid ?? 0, process.pid]
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  const over = new Promise<void>((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report = parseReport(line)
      if (report) reports.push({ ...report, sample: cpuSample(watched) })
      if (report && isOver(reports)) done()
    })
  })
  await Promise.race([over, closed, setTimeout(limitSeconds * 1000, undefined, { ref: false })])
  if (reports.length === 0) said ||= 'it printed no report'
  kill()
  await closed
  process.off('exit', kill)
  if (reports.length === 0) throw new Error(`RocketMQ's ${program} failed: ${said}`)
  return reports
}

const produce = async (
  version: Version,
  server: Server,
  topic: string,
  bytes: number,
  seconds: number
): Promise<Run> => {
  const args = ['-n', server.namesrv, '-t', topic, '-s', String(bytes), '-w', THREADS]
  const wanted = Math.max(2, Math.floor(seconds / REPORT_SECONDS))
  const all = await runBenchmark(
    version,
    server,
    'Producer',
    args,
    (wanted + 2) * REPORT_SECONDS,
    ({ length }) => length >= wanted
  )
  // The first half is the warm-up of their JVM.
  const warm = Math.floor(all.length / 2)
  const kept = all.slice(warm)
  const report = {
    tps: median(kept.map(({ tps }) => tps)),
    meanRt: median(kept.map(({ meanRt }) => meanRt)),
    maxRt: Math.max(...kept.map(({ maxRt }) => maxRt)),
    // Both lines count from the start.
    failed: kept.at(-1)?.failed ?? 0,
    ...costOf(all.slice(warm - 1), server)
  }
  console.error(
    `  ${server.name}, Producer ${bytes} B: ${perSecond(report.tps)}/s, others ${percent(report.others)} (all reports: ${all.map(({ tps }) => tps).join(' ')})`
  )
  return report
}

/** The best ten seconds: the first report holds the start of a JVM, the last the end of the backlog. */
const drain = async (
  version: Version,
  server: Server,
  topic: string,
  group: string
): Promise<Report> => {
  const args = ['-n', server.namesrv, '-t', topic, '-g', group]
  const reports = await runBenchmark(
    version,
    server,
    'Consumer',
    args,
    DRAIN_LIMIT_SECONDS,
    (so) => {
      const dry = so.slice(-DRY_REPORTS)
      return so.some(({ tps }) => tps > 0) && dry.every(({ tps }) => tps === 0)
    }
  )
  const all = reports.map(({ tps }) => tps).join(' ')
  console.error(`  ${server.name}, Consumer: ${all}`)
  return reports.reduce((best, report) => (report.tps > best.tps ? report : best))
}

const fill = async (
  driver: Driver,
  server: Server,
  topic: string,
  bodyBytes: number,
  wanted: number
): Promise<number> => {
  const row = { name: topic, binary: false, bodyBytes, connections: 1, inFlight: 64 }
  let filled = 0
  while (filled < wanted) {
    const { done, failed } = await driver.run({ ...jobOf(row, server, 5, 0), topic })
    if (done === failed) throw new Error(`${server.name} refuses messages`)
    filled += done - failed
  }
  return filled
}

export const measureJava = async (
  version: Version,
  flush: Flush,
  options: Options
): Promise<void> => {
  const driver = startDriver()
  const servers: Server[] = []
  try {
    servers.push(await startStock(version, flush), await startGantry(flush))
    const produced: string[][] = []
    const consumed: string[][] = []
    for (const bytes of BODIES) {
      const sent = new Map<Server, Run[]>(servers.map((server) => [server, []]))
      const topic = `PeerJava${bytes}`
      for (const server of servers) await createTopic(server.brokerPort, topic, QUEUES)
      for (let round = 0; round < options.javaRounds; round++) {
        for (const server of servers)
          sent.get(server)?.push(await produce(version, server, topic, bytes, options.javaSeconds))
      }
      const [stock = [], gantry = []] = servers.map((server) => sent.get(server) ?? [])
      const ratios = gantry.map(({ tps }, round) => tps / (stock[round]?.tps ?? NaN))
      const goal = flush === 'ASYNC_FLUSH' ? 1.1 : 1.4
      produced.push([
        `${bytes} B`,
        ...[stock, gantry].flatMap((reports) => [
          perSecond(median(reports.map(({ tps }) => tps))),
          median(reports.map(({ meanRt }) => meanRt)).toFixed(2),
          String(Math.max(...reports.map(({ maxRt }) => maxRt))),
          String(reports.reduce((sum, { failed }) => sum + failed, 0)),
          median(reports.map(({ cpuPerMessage }) => cpuPerMessage)).toFixed(1)
        ]),
        times(median(ratios)),
        percent(Math.max(...[...stock, ...gantry].map(({ others }) => others))),
        median(ratios) >= goal ? 'reached' : '**missed**'
      ])
      const backlog = `PeerDrain${bytes}`
      const drained: Report[] = []
      for (const server of servers) {
        await createTopic(server.brokerPort, backlog, QUEUES)
        await fill(driver, server, backlog, bytes, options.drainMessages)
        drained.push(await drain(version, server, backlog, `drain_${bytes}`))
      }
      const [ofStock, ofGantry] = drained as [Report, Report]
      consumed.push([
        `${bytes} B`,
        perSecond(ofStock.tps),
        perSecond(ofGantry.tps),
        times(ofGantry.tps / ofStock.tps)
      ])
    }
    const tool = `RocketMQ's own benchmark (${version.client === 'client-4.9' ? '4.7.0 on the 4.9.8' : '5.5.0 on the 5.3.3'} client)`
    printTable(
      `${flush}, ${tool}, Producer, ${THREADS} threads, against ${version.version} (goal: TPS ≥ ${flush === 'ASYNC_FLUSH' ? 1.1 : 1.4} ×)`,
      [
        'body',
        ...['stock', 'Gantry'].flatMap((name) =>
          ['TPS', 'mean RT ms', 'max RT ms', 'failed', 'CPU µs/msg'].map(
            (what) => `${name} ${what}`
          )
        ),
        'ratio',
        'most for others',
        'goal'
      ],
      produced
    )
    printTable(
      `${flush}, ${tool}, Consumer draining ${perSecond(options.drainMessages)} messages, its best ten seconds`,
      ['body', 'stock TPS', 'Gantry TPS', 'ratio'],
      consumed
    )
  } finally {
    driver.stop()
    for (const server of servers) await server.stop()
  }
}
