/**
 * How long a stock Java producer with default settings is without a broker when the master it has just used is killed.
 * Killed and started again through the console, as a person would.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { RemotingClient } from '../src/main/remoting/client'
import { MASTER, membersOf, portOf } from '../tests/chaos/members'
import { fetchLine, findHindrance } from '../tests/compat/javaClients/maven'
import { startDriver, type Driver, type Row } from '../tests/compat/javaClients/driver'
import type { ClientLine } from '../tests/compat/javaClients/lines'
import { ConsoleSocket } from '../tests/cluster/headless/consoleSocket'
import { median } from './histogram'
import { startHeadless } from './processes'
import { printTable } from './table'
import { createTopic } from './topic'

const TOPIC = 'BenchFailover'
const QUEUES = 4
/** After this time without one successful send a round is given up. */
const LIMIT_MS = 60_000
/** Sends in a row that must end well before the next kill. */
const CALM_SENDS = 40
const ASK_EVERY_MS = 10
const SCENARIO = 'outage'

/** One way the cluster is set up. */
interface Setup {
  what: string
  /** Broker names, a master and a slave each. */
  names: readonly string[]
  /** A controller elects another master. */
  promotion: boolean
}

const setups: readonly Setup[] = [
  { what: '2 masters, a slave each', names: ['broker-a', 'broker-b'], promotion: false },
  { what: 'the same with promotion', names: ['broker-a', 'broker-b'], promotion: true },
  { what: '1 master, a slave, promotion', names: ['broker-a'], promotion: true }
]
const clientLines: readonly ClientLine[] = ['client-4.9', 'client-5.3']

interface Send {
  began: number
  ended: number
  /** Undefined: it threw. */
  status: string | undefined
  broker: string
}

const isOk = ({ status }: Send): boolean => status === 'SEND_OK'

/** Milliseconds of one kill. */
interface Outage {
  /** From the kill to the end of the first send that began after it and ended well. */
  firstMs: number
  /** The longest time between two sends that ended well, from the kill until sends are calm again. */
  gapMs: number
  /** Sends that threw, after all of the client's attempts. */
  failed: number
  /** Sends that ended with SLAVE_NOT_AVAILABLE or FLUSH_SLAVE_TIMEOUT: stored, and on no slave yet. */
  unsafe: number
  /** From the kill until a nameserver names another master; with promotion. */
  promotedMs: number | undefined
}

const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6

const sendOf = (row: Row): Send => ({
  began: Number(row['began']),
  ended: Number(row['ended']),
  status: row.event === 'sent' ? String(row['status']) : undefined,
  broker: String(row['broker'] ?? '')
})

/** Who is master, as a nameserver tells it. */
class Masters {
  private readonly client = new RemotingClient({ clock: systemClock, log: silentLog })

  constructor(private readonly namesrv: string) {}

  /** Its address, when a nameserver names one other than `than`. @throws Error when none does within `LIMIT_MS`. */
  async of(brokerName: string, than?: string): Promise<string> {
    const until = performance.now() + LIMIT_MS
    while (performance.now() < until) {
      const address = (await membersOf(this.client, this.namesrv)).get(brokerName)?.get(MASTER)
      if (address !== undefined && address !== than) return address
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
    throw new Error(`${brokerName} had no other master for ${LIMIT_MS} ms`)
  }

  close(): void {
    this.client.close()
  }
}

class Round {
  /** Every send so far; rows become sends once. */
  private readonly all: Send[] = []
  private seen = 0

  constructor(
    private readonly driver: Driver,
    private readonly window: ConsoleSocket,
    private readonly masters: Masters,
    private readonly setup: Setup
  ) {}

  /** Kills the master of the newest send and starts it again when sends go on. */
  async outage(): Promise<Outage> {
    await this.calm()
    const { broker } = (await this.sends(() => true)).at(-1)!
    const address = await this.masters.of(broker)
    const { brokers } = await this.window.call('cluster.view')
    const { id } = brokers.find((node) => node.address === address)!
    const killedAt = machineMs()
    await this.window.call('node.kill', { id })
    const promoted = this.setup.promotion
      ? this.masters.of(broker, address).then(() => machineMs() - killedAt)
      : undefined
    const first = await this.firstSince(killedAt)
    const promotedMs = await promoted
    await this.window.call('node.start', { id })
    await this.calm()
    const after = (await this.sends(() => true)).filter(({ ended }) => ended >= killedAt)
    const wells = after.filter(isOk).map(({ ended }) => ended)
    const gaps = wells.map((ended, at) => ended - (wells[at - 1] ?? killedAt))
    return {
      firstMs: first.ended - killedAt,
      gapMs: Math.max(...gaps),
      failed: after.filter(({ status }) => status === undefined).length,
      unsafe: after.filter((send) => send.status !== undefined && !isOk(send)).length,
      promotedMs
    }
  }

  /** The first send that began after a time and ended well; each is looked at once, for there may be many thousands. */
  private async firstSince(ms: number): Promise<Send> {
    let at = 0
    const isReached = (sends: Send[]): boolean => {
      while (at < sends.length && !(isOk(sends[at]!) && sends[at]!.began >= ms)) at++
      return at < sends.length
    }
    return (await this.sends(isReached))[at]!
  }

  /** Resolves when each master has been sent to and nothing has failed for a while. */
  private async calm(): Promise<void> {
    const from = this.seen
    const all = await this.sends((sends) => {
      const last = sends.slice(Math.max(from, sends.length - CALM_SENDS))
      const brokers = new Set(last.map(({ broker }) => broker))
      const isWhole = brokers.size === this.setup.names.length
      return last.length === CALM_SENDS && last.every(isOk) && isWhole
    })
    this.seen = all.length
  }

  /** @throws Error when it is not enough within `LIMIT_MS`. */
  private sends(isEnough: (sends: Send[]) => boolean): Promise<Send[]> {
    const until = performance.now() + LIMIT_MS
    const { all } = this
    return this.driver
      .heard(SCENARIO, (rows) => {
        if (performance.now() > until)
          throw new Error(`no way on for ${LIMIT_MS} ms; the last: ${JSON.stringify(rows.at(-1))}`)
        for (const row of rows.slice(all.length)) all.push(sendOf(row))
        return isEnough(all)
      })
      .then(() => all)
  }
}

/** A cluster file, in a folder that goes when this process ends. */
const clusterFile = ({ names, promotion }: Setup): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-cluster-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'cluster.json')
  const brokers = names.flatMap((name) => [
    { name, brokerId: 0, role: 'SYNC_MASTER', promotion, port: 0 },
    { name, brokerId: 1, role: 'SLAVE', promotion, port: 0 }
  ])
  writeFileSync(file, JSON.stringify({ name: 'failover', nameservers: [{ port: 0 }], brokers }))
  return file
}

const measure = async (line: ClientLine, setup: Setup, kills: number): Promise<Outage[]> => {
  const headless = await startHeadless('--cluster', clusterFile(setup))
  const window = await ConsoleSocket.open(headless.console)
  const masters = new Masters(headless.namesrv)
  const target = { namesrv: headless.namesrv, broker: headless.brokers[0]!.address }
  const cluster = { ...target, brokerName: '', clusterName: '', stop: () => Promise.resolve() }
  let driver: Driver | undefined
  try {
    for (const name of setup.names) await createTopic(portOf(await masters.of(name)), TOPIC, QUEUES)
    driver = startDriver({
      ...{ line, cluster, scenarios: [SCENARIO], prefix: 'bench' },
      properties: { 'outage.topic': TOPIC }
    })
    const round = new Round(driver, window, masters, setup)
    const outages: Outage[] = []
    while (outages.length < kills) outages.push(await round.outage())
    return outages
  } finally {
    masters.close()
    await driver?.stop()
    await window.close()
    await headless.stop()
  }
}

/** Median and worst. */
const spread = (values: readonly number[]): string[] =>
  values.length === 0
    ? ['–', '–']
    : [median(values), Math.max(...values)].map((value) => `${Math.round(value)} ms`)

export const benchFailover = async (isQuick: boolean): Promise<void> => {
  const hindrance = findHindrance()
  if (hindrance !== '') {
    console.log(`\nFailover: skipped, ${hindrance}: the producer is the official Java client.`)
    return
  }
  const kills = isQuick ? 3 : 20
  const rows: string[][] = []
  for (const setup of setups)
    for (const line of clientLines) {
      fetchLine(line)
      const outages = await measure(line, setup, kills)
      const first = outages.map(({ firstMs }) => firstMs)
      const gaps = outages.map(({ gapMs }) => gapMs)
      const promoted = outages.flatMap(({ promotedMs }) => promotedMs ?? [])
      const sum = (of: (outage: Outage) => number): string =>
        String(outages.reduce((all, outage) => all + of(outage), 0))
      rows.push([
        ...[setup.what, line, ...spread(first), ...spread(gaps)],
        ...[sum(({ failed }) => failed), sum(({ unsafe }) => unsafe), ...spread(promoted)]
      ])
      // A row takes minutes: whoever ends it early keeps what is done.
      console.log(rows.at(-1)!.join(' | '))
    }
  printTable(
    `Kill of the master a Java producer with default settings has just used, ${kills} kills`,
    [
      ...['cluster', 'client', 'first send, median', 'worst'],
      ...['longest gap, median', 'worst', 'sends that failed', 'on no slave yet'],
      ...['another master named, median', 'worst']
    ],
    rows
  )
}
