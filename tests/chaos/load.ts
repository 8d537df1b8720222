/** Applications on stock clients, each in a process of its own, and their journals. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { cache, jvm } from '../compat/javaClients/lines'
import { fetchLine, findHindrance } from '../compat/javaClients/maven'
import { JournalReader, type Row } from './rules/journal'
import { DeliveryProgress, type GroupPlan } from './rules/progress'

/** On each broker; `ledger` is the ordered one: one queue, one producer that sends one after the other. */
export const TOPICS = [
  { name: 'ChaosOrders', queues: 4 },
  { name: 'ChaosPayments', queues: 2 },
  { name: 'ChaosLedger', queues: 1 }
] as const
const [orders, payments, ledger] = TOPICS.map(({ name }) => name) as [string, string, string]

interface Group extends GroupPlan {
  members: number
  client: 'ali-ons' | 'java'
}

const NODE_GROUPS: readonly Group[] = [
  { name: 'chaos_billing', topics: [orders, payments], members: 3, client: 'ali-ons' },
  { name: 'chaos_audit', topics: [orders, ledger], members: 2, client: 'ali-ons' }
]
const JAVA_GROUP: Group = {
  ...{ name: 'chaos_java', topics: [orders, ledger], members: 2, client: 'java' }
}

/** A worker each. */
const PRODUCERS: Readonly<Record<string, readonly string[]>> = {
  shop: [orders, orders, orders, payments],
  bank: [ledger, payments]
}
/** One of them in order, through a selector. */
const JAVA_WORKERS = [orders, payments, `=${ledger}`]
const JAVA_LINE = 'client-5.3'
const PAUSE_MS = 70

/** Stock options, shorter than the defaults: with those a client hears of a returned broker half a minute later. */
const CLIENTS = {
  pollNameServerInteval: 3_000,
  heartbeatBrokerInterval: 3_000,
  rebalanceInterval: 2_000,
  persistConsumerOffsetInterval: 1_000
}

const READ_BYTES = 1 << 20
const POLL_MS = 100
const READY_LIMIT_MS = 90_000

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

type Command = (path: string, name: string) => { program: string; args: string[] }

const nodeCommand =
  (script: string, options: object): Command =>
  (path, name) => {
    const file = join(import.meta.dirname, 'clients', script)
    const all = JSON.stringify({ ...options, name, path, clients: CLIENTS })
    return { program: process.execPath, args: [file, all] }
  }

const javaCommand =
  (role: 'producer' | 'consumer', options: Record<string, string>): Command =>
  (path, name) => {
    const own = Object.entries({ ...options, path, name })
    const properties = {
      ...Object.fromEntries(own.map(([key, value]) => [`chaos.${key}`, value])),
      'rocketmq.client.rebalance.waitInterval': String(CLIENTS.rebalanceInterval),
      // A queue that changes hands while it is consumed in order would stand still for 20 s.
      'rocketmq.client.unlockDelayTimeMills': String(CLIENTS.rebalanceInterval)
    }
    const args = ['-Xmx256m', ...jvm(JAVA_LINE, properties), 'gantry.compat.ChaosClient', role]
    return { program: 'java', args }
  }

class Application {
  readonly ended: Promise<number | null>
  isReady = false
  isOver = false
  stderr = ''
  private readonly child: ChildProcess
  private readonly reader = new JournalReader()
  private readonly buffer = Buffer.alloc(READ_BYTES)
  private position = 0
  private undecoded = Buffer.alloc(0)

  constructor(
    readonly name: string,
    private readonly path: string,
    command: Command
  ) {
    const { program, args } = command(path, name)
    const child = spawn(program, args, { cwd: cwdOf(program), stdio: ['ignore', 'ignore', 'pipe'] })
    this.child = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = new Promise((resolve) => child.once('close', resolve))
  }

  /** What it has written since. */
  read(): Row[] {
    if (!existsSync(this.path)) return []
    const file = openSync(this.path, 'r')
    const rows: Row[] = []
    try {
      for (;;) {
        const length = readSync(file, this.buffer, 0, READ_BYTES, this.position)
        if (length === 0) break
        this.position += length
        const bytes = Buffer.concat([this.undecoded, this.buffer.subarray(0, length)])
        const end = bytes.lastIndexOf(0x0a) + 1
        this.undecoded = bytes.subarray(end)
        rows.push(...this.reader.push(bytes.toString('utf8', 0, end)))
      }
    } finally {
      closeSync(file)
    }
    this.isReady ||= rows.some(({ kind }) => kind === 'ready')
    this.isOver ||= rows.some(({ kind }) => kind === 'over')
    return rows
  }

  terminate(): void {
    this.child.kill('SIGTERM')
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }
}

/** Official Java clients write logs where they are started. */
const cwdOf = (program: string): string | undefined => (program === 'java' ? cache : undefined)

/** Why official Java clients cannot take part; empty if they can. They are compiled by then. */
export const prepareJava = (): string => {
  const hindrance = findHindrance()
  if (hindrance === '') fetchLine(JAVA_LINE)
  return hindrance
}

export class ChaosLoad {
  readonly rows: Row[] = []
  readonly groups: readonly Group[]
  readonly progress: DeliveryProgress
  /** Applications that ended by themselves. */
  readonly failures: string[] = []
  private producers: Application[] = []
  private consumers: Application[] = []
  private polling: NodeJS.Timeout | undefined

  constructor(
    private readonly folder: string,
    private readonly namesrv: readonly string[],
    private readonly withJava: boolean
  ) {
    this.groups = withJava ? [...NODE_GROUPS, JAVA_GROUP] : NODE_GROUPS
    this.progress = new DeliveryProgress(this.groups)
    // A run that is over, passed or not, leaves no application behind.
    process.once('exit', () => this.kill())
  }

  /** Resolves when everybody is at work. */
  async start(): Promise<void> {
    const { namesrv } = this
    const all = namesrv.join(';')
    this.consumers = this.groups.flatMap(({ name: group, topics, members, client }) =>
      Array.from({ length: members }, (_, member) =>
        this.open(
          `${group}-${member}`,
          client === 'java'
            ? javaCommand('consumer', { namesrv: all, group, topics: topics.join(',') })
            : nodeCommand('consumer.mjs', { namesrv, group, topics })
        )
      )
    )
    this.producers = Object.entries(PRODUCERS).map(([name, workers]) =>
      this.open(name, nodeCommand('producer.mjs', { namesrv, workers, pauseMs: PAUSE_MS }))
    )
    if (this.withJava) {
      const options = { workers: JAVA_WORKERS.join(','), pauseMs: String(PAUSE_MS) }
      this.producers.push(this.open('java', javaCommand('producer', { namesrv: all, ...options })))
    }
    this.polling = setInterval(() => this.poll(), POLL_MS)
    await this.untilReady()
  }

  /** Of this process: probes. */
  record(row: Row): void {
    this.rows.push(row)
    this.progress.add(row)
  }

  /** Resolves when each has told what its last sends came to. */
  async stopProducers(): Promise<void> {
    for (const producer of this.producers) producer.terminate()
    await Promise.all(this.producers.map(({ ended }) => ended))
    this.poll()
  }

  async stopConsumers(): Promise<void> {
    for (const consumer of this.consumers) consumer.terminate()
    await Promise.all(this.consumers.map(({ ended }) => ended))
    clearInterval(this.polling)
    this.poll()
  }

  /** Of a run that has failed. */
  kill(): void {
    clearInterval(this.polling)
    for (const application of this.all) application.kill()
  }

  poll(): void {
    for (const application of this.all) for (const row of application.read()) this.record(row)
  }

  private get all(): Application[] {
    return [...this.producers, ...this.consumers]
  }

  private open(name: string, command: Command): Application {
    const path = join(this.folder, `${name}.journal`)
    const application = new Application(name, path, command)
    void application.ended.then((code) => {
      application.read().forEach((row) => this.record(row))
      if (!application.isOver)
        this.failures.push(`${name} ended with ${code} by itself: ${application.stderr}`)
    })
    return application
  }

  /** @throws Error when an application ends meanwhile, or one is not ready for `READY_LIMIT_MS`. */
  private async untilReady(): Promise<void> {
    const until = performance.now() + READY_LIMIT_MS
    for (;;) {
      const late = this.all.filter(({ isReady }) => !isReady)
      if (late.length === 0) return
      if (performance.now() > until)
        throw new Error(`${late[0]!.name} is not ready after ${READY_LIMIT_MS} ms`)
      if (this.failures.length > 0) throw new Error(this.failures.join('\n'))
      await pause(POLL_MS)
    }
  }
}
