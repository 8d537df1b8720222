/** The tables, with the goals in their titles and a verdict in every row. */
import { median } from '../histogram'
import { millis, percent, perSecond, printTable, times } from '../table'
import { middleOf, NOISE_LIMIT, type GridResult, type RowResult, type Sample } from './grid'
import type { Flush } from './options'

const RATE_GOAL: Record<Flush, number> = { ASYNC_FLUSH: 1.1, SYNC_FLUSH: 1.4 }
const CPU_GOAL = 0.8
const RESIDENT_GOAL = 1 / 20
/** The histogram's buckets are 1 % wide: closer than two of them is the same. */
const P99_GOAL = 1.02

const ratios = ({ stock, gantry }: RowResult, pick: (sample: Sample) => number): number[] =>
  gantry.map((sample, round) => pick(sample) / pick(stock[round]!))

const range = (values: readonly number[]): string =>
  `${times(Math.min(...values))} – ${times(Math.max(...values))}`

interface Verdict {
  rate: number[]
  p99: number
  cpu: number
  missed: string[]
}

export const judge = (result: RowResult, flush: Flush): Verdict => {
  const rate = ratios(result, (sample) => sample.rate)
  const p99 = middleOf(result.gantry, (s) => s.p99) / middleOf(result.stock, (s) => s.p99)
  const cpu = median(ratios(result, (sample) => sample.cpuPerMessage))
  const missed = [
    ...(median(rate) >= RATE_GOAL[flush] ? [] : ['rate']),
    ...(p99 <= P99_GOAL ? [] : ['p99']),
    ...(cpu <= CPU_GOAL ? [] : ['CPU'])
  ]
  return { rate, p99, cpu, missed }
}

const verdictText = (missed: readonly string[]): string =>
  missed.length === 0 ? 'reached' : `**missed**: ${missed.join(', ')}`

/** What is to be known of a row besides its figures. */
const notes = ({ stock, gantry, rejected, noisy }: RowResult): string => {
  const failed = (samples: readonly Sample[]): number =>
    samples.reduce((sum, s) => sum + s.failed, 0)
  return [
    ...(rejected > 0 ? [`${rejected} noisy rounds rejected`] : []),
    ...(noisy ? ['noisy rounds kept'] : []),
    ...(failed(stock) > 0 ? [`stock refused ${failed(stock)}`] : []),
    ...(failed(gantry) > 0 ? [`Gantry refused ${failed(gantry)}`] : [])
  ].join('; ')
}

const rowCells = (result: RowResult, flush: Flush): string[] => {
  const { stock, gantry, row } = result
  const { rate, cpu, missed } = judge(result, flush)
  return [
    row.name,
    perSecond(middleOf(stock, (s) => s.rate)),
    perSecond(middleOf(gantry, (s) => s.rate)),
    times(median(rate)),
    range(rate),
    millis(middleOf(stock, (s) => s.p99)),
    millis(middleOf(gantry, (s) => s.p99)),
    middleOf(stock, (s) => s.cpuPerMessage).toFixed(1),
    middleOf(gantry, (s) => s.cpuPerMessage).toFixed(1),
    times(cpu),
    verdictText(missed),
    notes(result)
  ]
}

/** One line as soon as a row is known; the table comes at the end. */
export const printProgress = (result: RowResult, flush: Flush): void => {
  const { rate, p99, cpu, missed } = judge(result, flush)
  const { name, binary } = result.row
  console.error(
    `  ${flush} ${binary ? 'binary' : 'JSON'} ${name}: rate × ${times(median(rate))}, p99 × ${times(p99)}, ` +
      `CPU × ${times(cpu)}: ${missed.length === 0 ? 'reached' : `missed ${missed.join(', ')}`} ${notes(result)}`
  )
}

const printRows = (grid: GridResult, binary: boolean): void => {
  const rows = grid.rows.filter(({ row }) => row.binary === binary)
  if (rows.length === 0) return
  printTable(
    `${grid.flush}, SEND_MESSAGE_V2, ${binary ? 'binary' : 'JSON'} header, Gantry against RocketMQ ${grid.version} ` +
      `(goals: rate ≥ ${RATE_GOAL[grid.flush]} ×, p99 no worse, CPU ≤ ${CPU_GOAL} ×)`,
    [
      'body, connections × in flight',
      'stock/s',
      'Gantry/s',
      'ratio',
      'range',
      'stock p99 ms',
      'Gantry p99 ms',
      'stock CPU µs/msg',
      'Gantry CPU µs/msg',
      'CPU ratio',
      'goals',
      'notes'
    ],
    rows.map((result) => rowCells(result, grid.flush))
  )
}

const megabytes = (value: number): string => `${Math.round(value)} MB`

export const printGrid = (grid: GridResult): void => {
  printRows(grid, false)
  printRows(grid, true)
  const { stock, gantry } = grid
  const resident = gantry.loaded.resident / stock.loaded.resident
  const idleOf = (of: 'stock' | 'gantry'): string => {
    // Stock was idle while Gantry was under load, and the other way round.
    const samples = grid.rows.flatMap((row) => (of === 'stock' ? row.gantry : row.stock))
    return percent(middleOf(samples, (sample) => sample.idleShare))
  }
  printTable(
    `${grid.flush}, the processes themselves, RocketMQ ${grid.version}'s broker (its nameserver is not counted) and all of ` +
      'Gantry (goal: resident after load ≤ 1/20 of stock)',
    ['figure', 'stock', 'Gantry', 'ratio', 'goals'],
    [
      [
        'resident after load (VmRSS)',
        megabytes(stock.loaded.resident),
        megabytes(gantry.loaded.resident),
        `1/${(1 / resident).toFixed(1)}`,
        verdictText(resident <= RESIDENT_GOAL ? [] : ['RSS'])
      ],
      [
        'of it without mapped files (RssAnon)',
        megabytes(stock.loaded.anonymous),
        megabytes(gantry.loaded.anonymous),
        `1/${(stock.loaded.anonymous / gantry.loaded.anonymous).toFixed(1)}`,
        ''
      ],
      [
        'resident idle, 5 s after start (VmRSS)',
        megabytes(stock.idle.resident),
        megabytes(gantry.idle.resident),
        `1/${(stock.idle.resident / gantry.idle.resident).toFixed(1)}`,
        ''
      ],
      ['CPU while the other is under load, of one core', idleOf('stock'), idleOf('gantry'), '', '']
    ]
  )
}

export const printStarts = (
  version: string,
  { stock, gantry }: { stock: readonly number[]; gantry: readonly number[] }
): void => {
  const cells = (values: readonly number[]): string =>
    `${Math.round(median(values))} ms (${Math.round(Math.min(...values))} – ${Math.round(Math.max(...values))})`
  printTable(
    `Start, spawn to first accepted send, ${stock.length} starts each`,
    [`RocketMQ ${version}, broker alone`, 'Gantry, all of it', 'ratio'],
    [[cells(stock), cells(gantry), times(median(gantry) / median(stock))]]
  )
}

export const printSummary = (grids: readonly GridResult[]): void => {
  const missed = grids.flatMap(({ version, flush, rows }) =>
    rows.flatMap((result) => {
      const verdict = judge(result, flush)
      if (verdict.missed.length === 0) return []
      const { name, binary } = result.row
      return [
        `- ${version} ${flush} ${binary ? 'binary' : 'JSON'} ${name}: ${verdict.missed.join(', ')}`
      ]
    })
  )
  const all = grids.reduce((sum, { rows }) => sum + rows.length, 0)
  console.log(`\n${all - missed.length} of ${all} rows reach every goal.`)
  if (missed.length > 0) {
    console.log(`\nMissed; \`npm run bench -- --peer --profile ROW\` says where the time goes:\n`)
    for (const line of missed) console.log(line)
  }
  const noisy = grids.some(({ rows }) => rows.some((row) => row.noisy))
  if (noisy)
    console.log(
      `\nOther processes took more than ${percent(NOISE_LIMIT)} of the machine in rounds that are counted: only indicative.`
    )
}
