/** Prints rows as a Markdown table, so that a run can be pasted into a note. */
export const printTable = (
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[]
): void => {
  const widths = head.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0))
  )
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`
  console.log(`\n### ${title}\n`)
  console.log(line(head))
  console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  for (const row of rows) console.log(line(row))
}

export const perSecond = (rate: number): string => Math.round(rate).toLocaleString('en-US')
export const millis = (micros: number): string => (micros / 1000).toFixed(2)
export const times = (ratio: number): string => ratio.toFixed(2)
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
