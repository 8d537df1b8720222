/** A CSV or JSON file as messages: a row is one. */
import type { FeedRow } from '../../../../shared/composeExpand'
import { MAX_FEED_CHARS, MAX_FEED_ROWS } from '../../../../shared/composeLimits'
import { systemPropertyNames } from '../../../../shared/systemProperties'

export type FeedColumn = 'body' | 'tags' | 'keys' | 'messageGroup'
/** By the header of a column; every other column is a property of its name. */
const columns: Readonly<Record<string, FeedColumn>> = {
  body: 'body',
  message: 'body',
  tag: 'tags',
  tags: 'tags',
  key: 'keys',
  keys: 'keys',
  messagegroup: 'messageGroup',
  group: 'messageGroup'
}

export interface Feed {
  name: string
  rows: FeedRow[]
  /** Rows that are left out, from 1, the first hundred; the reason is the name of a text. */
  problems: { row: number; reason: 'noBody' | 'reserved' | 'damaged' | 'notAnObject' }[]
  /** Rows beyond MAX_FEED_ROWS. */
  beyond: number
}
export type FeedFailure = 'tooLarge' | 'notJson' | 'noRows'

const MAX_PROBLEMS = 100

type Cells = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : JSON.stringify(value)

const rowOf = (cells: Cells): FeedRow | 'noBody' | 'reserved' => {
  const row: FeedRow = {}
  const properties: [string, string][] = []
  for (const [name, value] of Object.entries(cells)) {
    const column = columns[name.trim().toLowerCase()]
    const text = textOf(value)
    if (text === '') continue
    if (column) row[column] = text
    else if (name === 'properties' && typeof value === 'object' && value !== null)
      properties.push(
        ...Object.entries(value).map(([own, of]): [string, string] => [own, textOf(of)])
      )
    else properties.push([name.trim(), text])
  }
  if (properties.some(([name]) => systemPropertyNames.has(name))) return 'reserved'
  if (row.body === undefined) return 'noBody'
  return properties.length > 0 ? { ...row, properties } : row
}

/** A JSON file: an array, or one object a line. */
const jsonCells = (text: string): unknown[] => {
  const trimmed = text.trim()
  if (trimmed.startsWith('[')) {
    const parsed: unknown = JSON.parse(trimmed)
    return Array.isArray(parsed) ? parsed : []
  }
  return trimmed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))
}

const csvCells = async (text: string): Promise<{ cells: unknown[]; damaged: Set<number> }> => {
  const { default: Papa } = await import('papaparse')
  const { data, errors } = Papa.parse<Cells>(text, { header: true, skipEmptyLines: 'greedy' })
  return { cells: data, damaged: new Set(errors.flatMap(({ row }) => row ?? [])) }
}

export const readFeed = async (name: string, text: string): Promise<Feed | FeedFailure> => {
  if (text.length > MAX_FEED_CHARS) return 'tooLarge'
  let cells: unknown[]
  let damaged = new Set<number>()
  if (/\.(json|jsonl|ndjson)$/i.test(name)) {
    try {
      cells = jsonCells(text)
    } catch {
      return 'notJson' // the parser's way of saying so
    }
  } else ({ cells, damaged } = await csvCells(text))
  if (cells.length === 0) return 'noRows'
  const feed: Feed = {
    name,
    rows: [],
    problems: [],
    beyond: Math.max(0, cells.length - MAX_FEED_ROWS)
  }
  const leaveOut = (row: number, reason: Feed['problems'][number]['reason']) => {
    if (feed.problems.length < MAX_PROBLEMS) feed.problems.push({ row, reason })
  }
  cells.slice(0, MAX_FEED_ROWS).forEach((cell, index) => {
    if (damaged.has(index)) return leaveOut(index + 1, 'damaged')
    if (typeof cell !== 'object' || cell === null) return leaveOut(index + 1, 'notAnObject')
    const row = rowOf(cell as Cells)
    if (typeof row === 'string') leaveOut(index + 1, row)
    else feed.rows.push(row)
  })
  return feed
}
