/**
 * The benchmark table. Everything runs over loopback against processes this file starts itself; each figure is the
 * median of `rounds`, taken in turns with its yardstick so that both see the same machine.
 */
import { cpus, release, totalmem, type } from 'node:os'
import { parseArgs } from 'node:util'
import { clusterColumns, clusterCost } from './cluster'
import { createTopic } from './topic'
import { delayedColumns, delayedCost } from './delayed'
import { benchFailover } from './failover'
import { benchGrpc, benchGrpcProfile } from './grpc'
import { filterColumns, filterCost } from './filters'
import { median } from './histogram'
import type { JobResult } from './jobs'
import { popColumns, popCost } from './pops'
import { drive, residentMegabytes, startEcho, startHeadless } from './processes'
import { benchStore, storeParts } from './store'
import { idleColumns, idleCost, punctuality, punctualityColumns } from './punctual'
import { benchReplication } from './replication'
import { listColumns, listCost } from './lists'
import { millis, perSecond, printTable, times } from './table'
import { benchSearch } from './search'
import { trafficCost } from './traffic'
import { benchTransactions } from './transactions'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean' }
  }
})
const rounds = flags.quick ? 1 : 3
const seconds = flags.quick ? 1 : 3

const BODY_BYTES = 1024
const QUEUES = 8
const shapes = [
  { connections: 1, inFlight: 1 },
  { connections: 1, inFlight: 32 },
  { connections: 1, inFlight: 64 },
  { connections: 8, inFlight: 32 },
  { connections: 32, inFlight: 1 }
]

const middle = (results: readonly JobResult[], pick: (result: JobResult) => number): number =>
  median(results.map(pick))

const benchStart = async (): Promise<void> => {
  const started: number[] = []
  const seen: number[] = []
  const resident: number[] = []
  for (let i = 0; i < (flags.quick ? 3 : 10); i++) {
    const headless = await startHeadless()
    started.push(headless.startupMs)
    seen.push(headless.readyMs)
    // Idle means: what starting allocated may have been collected.
    await new Promise((done) => setTimeout(done, flags.quick ? 1000 : 5000))
    const megabytes = residentMegabytes(headless.pid)
    if (megabytes !== undefined) resident.push(megabytes)
    await headless.stop()
  }
  printTable(
    `Start and idle, preset single, ${started.length} starts`,
    ['figure', 'median', 'worst', 'goal'],
    [
      [
        'startupMs of the ready line',
        `${Math.round(median(started))} ms`,
        `${Math.round(Math.max(...started))} ms`,
        ''
      ],
      [
        'spawn to ready, seen from outside',
        `${Math.round(median(seen))} ms`,
        `${Math.round(Math.max(...seen))} ms`,
        '≤ 1000 ms'
      ],
      [
        'idle resident memory, whole process',
        resident.length > 0 ? `${median(resident).toFixed(0)} MB` : 'not told by this system',
        resident.length > 0 ? `${Math.max(...resident).toFixed(0)} MB` : '',
        '≤ 150 MB'
      ]
    ]
  )
}

const benchSend = async (): Promise<void> => {
  const rows: string[][] = []
  const echo = await startEcho('joined')
  const perFrame = await startEcho('per-frame')
  for (const { connections, inFlight } of shapes) {
    const ours: JobResult[] = []
    const bare: JobResult[] = []
    const framed: JobResult[] = []
    for (let round = 0; round < rounds; round++) {
      const job = {
        kind: 'send' as const,
        topic: 'BenchSend',
        queues: QUEUES,
        connections,
        inFlight,
        bodyBytes: BODY_BYTES,
        warmupSeconds: 1,
        seconds
      }
      bare.push(await drive({ ...job, port: echo.port, echo: true }))
      framed.push(await drive({ ...job, port: perFrame.port, echo: true }))
      const headless = await startHeadless()
      await createTopic(headless.brokerPort, 'BenchSend', QUEUES)
      ours.push(await drive({ ...job, port: headless.brokerPort }))
      await headless.stop()
    }
    const rate = middle(ours, (r) => r.rate)
    const bareRate = middle(bare, (r) => r.rate)
    const framedRate = middle(framed, (r) => r.rate)
    rows.push([
      `${connections} × ${inFlight}`,
      perSecond(rate),
      millis(middle(ours, (r) => r.p50)),
      millis(middle(ours, (r) => r.p99)),
      millis(middle(ours, (r) => r.p999)),
      perSecond(bareRate),
      millis(middle(bare, (r) => r.p50)),
      millis(middle(bare, (r) => r.p99)),
      times(rate / bareRate),
      perSecond(framedRate),
      times(rate / framedRate),
      String(ours.reduce((sum, r) => sum + r.failed, 0))
    ])
  }
  await echo.stop()
  await perFrame.stop()
  printTable(
    `Send, SEND_MESSAGE_V2, ${BODY_BYTES} B, ASYNC_FLUSH (goal: ≥ 0.25 × echo at 1 × 32)`,
    [
      'connections × in flight',
      'sends/s',
      'p50 ms',
      'p99 ms',
      'p99.9 ms',
      'echo, joined/s',
      'p50 ms',
      'p99 ms',
      '× joined',
      'echo, a write per frame/s',
      '× per frame',
      'failed'
    ],
    rows
  )
}

const benchConsume = async (): Promise<void> => {
  const sent: JobResult[] = []
  const pulled: JobResult[] = []
  for (let round = 0; round < rounds; round++) {
    const headless = await startHeadless()
    await createTopic(headless.brokerPort, 'BenchPull', QUEUES)
    const job = {
      port: headless.brokerPort,
      topic: 'BenchPull',
      queues: QUEUES,
      connections: 1,
      inFlight: 32,
      bodyBytes: BODY_BYTES,
      warmupSeconds: 0,
      seconds: flags.quick ? 2 : 6
    }
    sent.push(await drive({ ...job, kind: 'send' }))
    pulled.push(await drive({ ...job, kind: 'pull', seconds: 60 }))
    await headless.stop()
  }
  const sendRate = middle(sent, (r) => r.rate)
  const pullRate = middle(pulled, (r) => r.rate)
  printTable(
    `Consuming the backlog just sent, ${QUEUES} queues, 32 messages a pull (goal: ≥ 2 × the send rate)`,
    ['sends/s, 1 × 32', 'backlog', 'consumed/s', 'MB/s', '× send', 'failed'],
    [
      [
        perSecond(sendRate),
        perSecond(middle(pulled, (r) => r.done)),
        perSecond(pullRate),
        perSecond(middle(pulled, (r) => (r.megabytes * r.rate) / r.done)),
        times(pullRate / sendRate),
        String([...sent, ...pulled].reduce((sum, r) => sum + r.failed, 0))
      ]
    ]
  )
}

const benchTraffic = async (): Promise<void> => {
  const rows = await trafficCost({
    rounds: flags.quick ? 2 : 5,
    seconds,
    queues: QUEUES,
    bodyBytes: BODY_BYTES
  })
  printTable(
    'Send 1 × 32 with the Traffic page open (goal: costs < 10 %)',
    ['who watches', 'sends/s closed', 'sends/s open', 'open ÷ closed', 'range'],
    rows
  )
}

const benchTimers = async (): Promise<void> => {
  printTable(
    'Delayed messages at a consumer that waits (goal: never early, at most 100 ms late)',
    punctualityColumns,
    await punctuality({
      messages: flags.quick ? 100 : 1_000,
      spreadMs: flags.quick ? 2_000 : 10_000
    })
  )
  printTable(
    'Idle CPU beside many pending timers (goal: no difference to be measured)',
    idleColumns,
    await idleCost({ pending: 100_000, rounds, seconds: flags.quick ? 5 : 20 })
  )
}

const benchFilters = async (): Promise<void> => {
  printTable(
    'Consuming a backlog through SQL92 (goal: ≥ 0.4 × plain)',
    filterColumns,
    await filterCost({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
  )
}

const benchDelayed = async (): Promise<void> => {
  printTable(
    'Delayed messages in and out, 1 × 32 (goal: ≥ 0.4 × plain)',
    delayedColumns,
    await delayedCost({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
  )
}

const benchPop = async (): Promise<void> => {
  printTable(
    'Popping a backlog, with acks (goal: ≥ 0.4 × pulled)',
    popColumns,
    await popCost({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
  )
}

const benchCluster = async (): Promise<void> => {
  printTable(
    'Six brokers in three sets and three nameservers, idle',
    clusterColumns,
    await clusterCost({
      starts: flags.quick ? 2 : 10,
      settleSeconds: flags.quick ? 2 : 10,
      idleSeconds: flags.quick ? 2 : 10
    })
  )
}

const benchLists = async (): Promise<void> => {
  printTable(
    '2,000 topics and 500 groups with two members each, over the console’s socket',
    listColumns,
    await listCost(rounds)
  )
}

/** What `--only` may name besides the parts of the store, in the order they run. */
const parts: Record<string, { what: string; run: () => Promise<void> }> = {
  start: { what: 'start to ready, idle memory', run: benchStart },
  cluster: {
    what: 'six brokers, three nameservers: start, idle memory and CPU',
    run: benchCluster
  },
  send: { what: 'sends beside two echo servers', run: benchSend },
  consume: { what: 'pulling a backlog', run: benchConsume },
  filter: { what: 'pulling through SQL92', run: benchFilters },
  delayed: { what: 'delay levels and timers, in and out', run: benchDelayed },
  pop: { what: 'popping a backlog, with acks', run: benchPop },
  timers: { what: 'how punctual they are, idle CPU beside 100,000', run: benchTimers },
  grpc: {
    what: 'sends and receives through the proxy beside remoting',
    run: () => benchGrpc({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
  },
  'grpc:profile': {
    what: 'where the proxy spends its time; by name only',
    run: async () => {
      if (flags.only?.includes('grpc:profile'))
        await benchGrpcProfile({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
    }
  },
  lists: { what: '2,000 topics and 500 groups as the window lists them', run: benchLists },
  traffic: { what: 'sends with the Traffic page open', run: benchTraffic },
  search: {
    what: 'searching a million messages from the console',
    run: () => benchSearch({ rounds, isQuick: flags.quick === true, queues: QUEUES })
  },
  failover: {
    what: 'a Java producer whose master is killed',
    run: () => benchFailover(flags.quick === true)
  },
  transactions: {
    what: 'half messages and commits',
    run: () => benchTransactions({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
  },
  replication: {
    what: 'SYNC_MASTER beside ASYNC_MASTER',
    run: () => benchReplication({ rounds, seconds, queues: QUEUES, bodyBytes: BODY_BYTES })
  }
}

const usage = (): string => `npm run bench [-- FLAGS]

  --only NAME   one part; may be repeated
${Object.entries(parts)
  .map(([name, { what }]) => `                  ${name.padEnd(14)}${what}`)
  .join('\n')}
                  store         what storing costs; ${storeParts.map((name) => `store:${name}`).join(', ')}
  --quick       one short round of each: a trial, no figure to quote
  --peer        beside stock RocketMQ; its own flags: --peer --help`

const main = async (): Promise<void> => {
  const names = [...Object.keys(parts), 'store', ...storeParts.map((name) => `store:${name}`)]
  const unknown = flags.only?.find((name) => !names.includes(name))
  if (flags.help || unknown !== undefined) {
    if (unknown !== undefined) console.error(`--only ${unknown}: there is no such part.\n`)
    console.log(usage())
    process.exitCode = unknown === undefined ? 0 : 1
    return
  }
  const cpu = cpus()[0]
  console.log(
    `Machine: ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ` +
      `${type()} ${release()}, Node ${process.version}. Medians of ${rounds} rounds of ${seconds} s.`
  )
  for (const [name, { run }] of Object.entries(parts))
    if (!flags.only || flags.only.includes(name)) await run()
  await benchStore(flags.only, flags.quick === true)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
