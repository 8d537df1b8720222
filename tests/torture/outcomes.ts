/** The table of outcomes: what each damage to each kind of file comes to. A test asserts it; docs/TESTING.md shows it. */

/** A row in its short form: file, damage, lost, told at start, told on read. */
export type ShortRow = readonly [
  file: string,
  damage: string,
  least: number,
  most: number,
  atStart: string,
  onRead: string
]

const told = (text: string): string => (text === '' ? '–' : text)

const lostText = (least: number, most: number): string =>
  least === most ? String(least) : `${least} to ${most}`

/** Markdown, as Prettier leaves it; the first row is the head. */
const markdown = (cells: readonly (readonly string[])[]): string => {
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n')
}

export const renderTable = (rows: readonly ShortRow[]): string =>
  markdown([
    ['File', 'Damage', 'Lost', 'Told at start', 'Told on read'],
    ...rows.map(([file, damage, least, most, atStart, onRead]) => [
      ...[file, damage, lostText(least, most)],
      ...[told(atStart), told(onRead)]
    ])
  ])

/** Of 90 messages in 3 queues, 3 segments, after a clean stop. Every one of these starts succeeds. */
// prettier-ignore
export const STORE_OUTCOMES: readonly ShortRow[] = [
  ['last log segment', 'cut at every byte of its last 4 records', 1, 4, 'damage, or damage + tail-cut', ''],
  ['last log segment', 'each byte of one record changed', 1, 1, '', 'damage'],
  ['last log segment', 'single bytes changed at random places', 1, 1, '', 'damage'],
  ['last log segment', 'each byte of its header changed', 0, 0, 'damage', ''],
  ['last log segment', 'its first 4 KiB zeroed', 23, 23, 'damage', 'damage'],
  ['last log segment', 'cut to nothing', 24, 24, 'damage', ''],
  ['last log segment', 'removed', 24, 24, 'damage', ''],
  ['last log segment', 'renamed to a wrong offset', 24, 24, 'damage', ''],
  ['last log segment', 'copied to a wrong offset inside itself', 0, 0, 'damage', ''],
  ['last log segment', 'a byte of one record changed, and the checkpoint removed', 1, 1, 'damage', ''],
  ['last log segment', 'each bit of one record changed', 1, 1, '', 'damage'],
  ['last log segment', 'zeros or older records behind its end', 0, 0, 'tail-cut', ''],
  ['last log segment', 'its last 4 records overwritten with zeros or older ones', 4, 4, '', 'damage'],
  ['sealed log segment', 'cut at every byte of its last 4 records', 1, 4, '', 'damage'],
  ['sealed log segment', 'each byte of one record changed', 1, 1, '', 'damage'],
  ['sealed log segment', 'single bytes changed at random places', 1, 1, '', 'damage'],
  ['sealed log segment', 'each byte of its header changed', 0, 0, 'damage', ''],
  ['sealed log segment', 'its first 4 KiB zeroed', 23, 23, 'damage', 'damage'],
  ['sealed log segment', 'cut to nothing', 32, 32, '', 'damage'],
  ['sealed log segment', 'removed', 32, 32, '', 'damage'],
  ['sealed log segment', 'renamed to a wrong offset', 32, 32, 'damage', 'damage'],
  ['sealed log segment', 'copied to a wrong offset inside itself', 0, 0, 'damage', ''],
  ['sealed log segment', 'a byte of one record changed, and the checkpoint removed', 1, 1, 'damage', ''],
  ['commitlog', 'the whole folder removed', 90, 90, 'damage', ''],
  ['last consume queue file', 'cut anywhere', 0, 0, 'queue-rebuilt', ''],
  ['last consume queue file', 'each byte of one entry changed', 0, 0, 'queue-rebuilt', ''],
  ['last consume queue file', 'single bytes changed at random places', 0, 0, 'queue-rebuilt', ''],
  ['last consume queue file', 'its first 4 KiB zeroed', 0, 0, 'queue-rebuilt', ''],
  ['last consume queue file', 'zeros behind its end', 0, 0, '', ''],
  ['last consume queue file', 'removed', 0, 0, 'queue-rebuilt', ''],
  ['full consume queue file', 'cut anywhere', 0, 0, 'queue-rebuilt', ''],
  ['full consume queue file', 'each byte of one entry changed', 0, 0, 'queue-rebuilt', ''],
  ['full consume queue file', 'single bytes changed at random places', 0, 0, 'queue-rebuilt', ''],
  ['full consume queue file', 'its first 4 KiB zeroed', 0, 0, 'queue-rebuilt', ''],
  ['full consume queue file', 'zeros behind its end', 0, 0, '', ''],
  ['full consume queue file', 'removed', 0, 0, 'queue-rebuilt', ''],
  ['consume queue file', 'exchanged with that of another queue', 0, 0, 'queue-rebuilt', ''],
  ['consumequeue', 'the whole folder removed', 0, 0, 'queue-rebuilt', ''],
  ['index table', 'cut anywhere', 0, 0, '', ''],
  ['index table', 'each byte of its header changed', 0, 0, '', ''],
  ['index table', 'single bytes changed at random places', 0, 0, '', ''],
  ['index table', 'its first 4 KiB zeroed', 0, 0, '', ''],
  ['index table', 'zeros behind its end', 0, 0, '', ''],
  ['index table', 'removed', 0, 0, '', ''],
  ['index table', 'renamed to a wrong offset', 0, 0, '', ''],
  ['index', 'the whole folder removed', 0, 0, '', ''],
  ['checkpoint', 'cut anywhere', 0, 0, '', ''],
  ['checkpoint', 'each byte of it changed', 0, 0, '', ''],
  ['checkpoint', 'single bytes changed at random places', 0, 0, '', ''],
  ['checkpoint', 'its first 4 KiB zeroed', 0, 0, '', ''],
  ['checkpoint', 'zeros behind its end', 0, 0, '', ''],
  ['checkpoint', 'removed', 0, 0, '', ''],
  ['checkpoint', 'removed with the folder consumequeue', 0, 0, '', ''],
  ['any folder', 'foreign files in it', 0, 0, '', '']
]

/** Of 12 documents, 8 of them in the previous generation too. Every one of these starts succeeds. */
// prettier-ignore
export const META_OUTCOMES: readonly ShortRow[] = [
  ['NeDB file', 'cut at every byte', 0, 4, 'nothing, or restored, or restored + torn-tail, or torn-tail', ''],
  ['NeDB file', 'each byte changed', 0, 2, 'damaged-line, or damaged-line + restored, or torn-tail', ''],
  ['NeDB file', 'zeroed', 4, 4, 'restored + torn-tail', ''],
  ['NeDB file', 'zeros behind its end', 0, 0, 'torn-tail', ''],
  ['NeDB file', 'removed', 4, 4, 'restored', ''],
  ['its previous generation', 'cut at every byte', 0, 0, '', ''],
  ['its previous generation', 'each byte changed', 0, 0, '', ''],
  ['its previous generation', 'zeroed', 0, 0, '', ''],
  ['its previous generation', 'zeros behind its end', 0, 0, '', ''],
  ['its previous generation', 'removed', 0, 0, '', ''],
  ['NeDB file', 'exchanged with its previous generation', 4, 4, '', ''],
  ['both', 'removed', 12, 12, '', '']
]

/** Damage, messages served of 40, told at start, how the start went. */
export type BrokerRow = readonly [damage: string, served: number, told: string, start: string]

// prettier-ignore
export const BROKER_OUTCOMES: readonly BrokerRow[] = [
  ['nothing', 40, '', 'ok'],
  ['log segment: a byte in the middle changed', 39, 'damage', 'ok'],
  ['log segment: its last 10 bytes cut', 39, 'damage + tail-cut', 'ok'],
  ['log segment: a folder of its name', 0, 'damage', 'ok'],
  ['log: a folder with the name of a later segment', 40, 'damage', 'ok'],
  ['consume queue file: a folder of its name', 40, 'queue-rebuilt', 'ok'],
  ['consume queue: a file with the name of its folder', 40, 'queue-rebuilt', 'ok'],
  ['index table: a folder of its name', 40, '', 'ok'],
  ['index: a file with the name of its folder', 40, '', 'ok'],
  ['checkpoint: a folder of its name', 40, '', 'ok'],
  ['checkpoint: of a newer version', 0, '', 'the checkpoint has format 99, this version knows 2; use a newer Gantry'],
  ['topics.db: both generations removed', 40, 'queue-rebuilt + topic-adopted', 'ok'],
  ['topics.db: a byte changed', 40, 'damaged-line', 'ok'],
  ['topics.db: a folder of its name', 0, '', 'DATA/broker-a/meta/topics.db cannot be read: EISDIR: illegal operation on a directory, read'],
  ['meta: the whole folder removed', 40, 'topic-adopted', 'ok'],
  ['store: the whole folder removed', 0, '', 'ok']
]

export const renderBroker = (rows: readonly BrokerRow[]): string =>
  markdown([
    ['Damage', 'Served', 'Told', 'Start'],
    ...rows.map(([damage, served, reports, start]) => [
      ...[damage, String(served), told(reports)],
      start === 'ok' ? start : `refused: ${start}`
    ])
  ])
