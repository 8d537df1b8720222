/**
 * How long a stock Java producer with default settings is without a broker when the master it has just used is killed.
 * Killed and started again through the console, as a person would.
 */
import { performance } from 'node:perf_hooks'
import { fetchLine, findHindrance } from '../tests/compat/javaClients/maven'
import { startDriver, type Driver, type Row } from '../tests/compat/javaClients/driver'
import type { ClientLine } from '../tests/compat/javaClients/lines'
import { ConsoleSocket } from '../tests/cluster/headless/consoleSocket'
import { median } from './histogram'
import { startHeadless, type Headless } from './processes'
import { printTable } from './table'
import { createTopic } from './topic'

const TOPIC = 'BenchFailover'
const QUEUES = 4
/** After this time without one successful send a round is given up. */
const LIMIT_MS = 60_000
/** Sends in a row that must end well before the next kill. */
const CALM_SENDS = 40
const SCENARIO = 'failover'

/** One way the cluster is set up. */
interface Setup {
  what: string
  flags: readonly string[]
}

const setups: readonly Setup[] = [
  { what: 'two masters, each with a slave', flags: ['--preset', '2m-2s-sync'] }
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
}

const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6

const sendOf = (row: Row): Send => ({
  began: Number(row['began']),
  ended: Number(row['ended']),
  status: row.event === 'sent' ? String(row['status']) : undefined,
  broker: String(row['broker'] ?? '')
})

class Round {
  private seen = 0

  constructor(
    private readonly driver: Driver,
    private readonly window: ConsoleSocket,
    private readonly masters: readonly string[]
  ) {}

  /** Kills the master of the newest send and starts it again when sends go on. */
  async outage(): Promise<Outage> {
    await this.calm()
    const last = (await this.sends(() => true)).at(-1)!
    const id = this.masters.find((node) => node.startsWith(`${last.broker}:`))!
    const killedAt = machineMs()
    await this.window.call('node.kill', { id })
    const isFirst = (send: Send): boolean => isOk(send) && send.began >= killedAt
    const first = (await this.sends((all) => all.some(isFirst))).find(isFirst)!
    await this.window.call('node.start', { id })
    await this.calm()
    const after = (await this.sends(() => true)).filter(({ ended }) => ended >= killedAt)
    const wells = after.filter(isOk).map(({ ended }) => ended)
    const gaps = wells.map((ended, at) => ended - (wells[at - 1] ?? killedAt))
    return {
      firstMs: first.ended - killedAt,
      gapMs: Math.max(...gaps),
      failed: after.filter(({ status }) => status === undefined).length,
      unsafe: after.filter((send) => send.status !== undefined && !isOk(send)).length
    }
  }

  /** Resolves when each master has been sent to and nothing has failed for a while. */
  private async calm(): Promise<void> {
    const from = this.seen
    const all = await this.sends((sends) => {
      const last = sends.slice(Math.max(from, sends.length - CALM_SENDS))
      const brokers = new Set(last.map(({ broker }) => broker))
      const isWhole = brokers.size === new Set(this.masters.map((id) => id.split(':')[0])).size
      return last.length === CALM_SENDS && last.every(isOk) && isWhole
    })
    this.seen = all.length
  }

  /** @throws Error when it is not enough within `LIMIT_MS`. */
  private sends(isEnough: (sends: Send[]) => boolean): Promise<Send[]> {
    const until = performance.now() + LIMIT_MS
    return this.driver
      .heard(SCENARIO, (rows) => {
        if (performance.now() > until) throw new Error(`no way on for ${LIMIT_MS} ms`)
        return isEnough(rows.map(sendOf))
      })
      .then((rows) => rows.map(sendOf))
  }
}

const mastersOf = ({ brokers }: Headless): string[] =>
  brokers.filter(({ role }) => role !== 'SLAVE').map(({ name, id }) => `${name}:${id}`)

const measure = async (line: ClientLine, { flags }: Setup, kills: number): Promise<Outage[]> => {
  const headless = await startHeadless(...flags)
  const window = await ConsoleSocket.open(headless.console)
  for (const { role, address } of headless.brokers)
    if (role !== 'SLAVE') await createTopic(Number(address.split(':').at(-1)), TOPIC, QUEUES)
  const target = { namesrv: headless.namesrv, broker: headless.brokers[0]!.address }
  const cluster = { ...target, brokerName: '', clusterName: '', stop: () => Promise.resolve() }
  const driver = startDriver({
    ...{ line, cluster, scenarios: [SCENARIO], prefix: 'bench' },
    properties: { 'failover.topic': TOPIC }
  })
  try {
    const round = new Round(driver, window, mastersOf(headless))
    const outages: Outage[] = []
    while (outages.length < kills) outages.push(await round.outage())
    return outages
  } finally {
    await driver.stop()
    await window.close()
    await headless.stop()
  }
}

const ms = (value: number): string => `${Math.round(value)} ms`

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
      const sum = (of: (outage: Outage) => number): string =>
        String(outages.reduce((all, outage) => all + of(outage), 0))
      rows.push([
        ...[setup.what, line, ms(median(first)), ms(Math.max(...first))],
        ...[ms(median(gaps)), ms(Math.max(...gaps)), sum((o) => o.failed), sum((o) => o.unsafe)]
      ])
    }
  printTable(
    `Kill of the master a Java producer with default settings has just used, ${kills} kills`,
    [
      ...['cluster', 'client', 'first send, median', 'worst'],
      ...['longest gap, median', 'worst', 'sends that failed', 'on no slave yet']
    ],
    rows
  )
}
