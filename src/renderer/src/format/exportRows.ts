/** Rows as a file for other programs. Cells are hostile text: no program may take one for a formula. */
export type ExportKind = 'json' | 'csv' | 'xlsx'
export const exportKinds = ['json', 'csv', 'xlsx'] as const satisfies readonly ExportKind[]

export type ExportCell = string | number | boolean | undefined

export interface ExportColumn<R> {
  /** Its name in JSON. */
  key: string
  /** What stands above it in a table. */
  title: string
  value: (row: R) => ExportCell
}

/** Longest text of a cell in XLSX; Excel refuses more. What is cut off is said in the cell. */
export const MAX_XLSX_CELL_CHARS = 32_767
/** Rows of a sheet, its head included. */
export const MAX_XLSX_ROWS = 1_048_576

/** Beginnings that spreadsheets read as formulas, also in the wide forms Asian input methods type. */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** What XML cannot hold: control characters, halves of pairs and two that are no characters. */
const NOT_XML =
  // eslint-disable-next-line no-control-regex -- exactly these are meant
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const escapeOf = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const xlsxText = (text: string): string => {
  const legal = text.replace(NOT_XML, escapeOf)
  if (legal.length <= MAX_XLSX_CELL_CHARS) return legal
  const note = ` … +${legal.length - MAX_XLSX_CELL_CHARS}`
  return legal.slice(0, MAX_XLSX_CELL_CHARS - note.length).replace(NOT_XML, '') + note
}

const json = <R>(columns: readonly ExportColumn<R>[], rows: readonly R[]): Blob => {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map(({ key, value }) => [key, value(row)]))
  )
  return new Blob([JSON.stringify(objects, undefined, 2)], { type: 'application/json' })
}

const csv = async <R>(columns: readonly ExportColumn<R>[], rows: readonly R[]): Promise<Blob> => {
  const { default: papa } = await import('papaparse')
  const text = papa.unparse(
    {
      fields: columns.map(({ title }) => title),
      data: rows.map((row) => columns.map(({ value }) => value(row)))
    },
    { escapeFormulae: FORMULA_START, newline: '\r\n' }
  )
  // Without the mark Excel reads UTF-8 in the code page of the machine.
  return new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' })
}

const xlsx = async <R>(columns: readonly ExportColumn<R>[], rows: readonly R[]): Promise<Blob> => {
  const { default: writeExcelFile } = await import('write-excel-file/universal')
  const cellOf = (cell: ExportCell) => {
    if (cell === undefined || cell === '') return null
    // A cell of type String is text, whatever it begins with.
    return typeof cell === 'string' ? { value: xlsxText(cell), type: String } : { value: cell }
  }
  const head = columns.map(({ title }) => ({
    value: title,
    type: String,
    fontWeight: 'bold' as const
  }))
  const body = rows
    .slice(0, MAX_XLSX_ROWS - 1)
    .map((row) => columns.map(({ value }) => cellOf(value(row))))
  return writeExcelFile([head, ...body], { stickyRowsCount: 1 }).toBlob()
}

/**
 * JSON keeps every value as it is; CSV has a quote mark before what could be a formula; XLSX cuts cells at
 * MAX_XLSX_CELL_CHARS and ends at MAX_XLSX_ROWS.
 */
export const exportRows = async <R>(
  kind: ExportKind,
  columns: readonly ExportColumn<R>[],
  rows: readonly R[]
): Promise<Blob> => {
  if (kind === 'json') return json(columns, rows)
  return kind === 'csv' ? csv(columns, rows) : xlsx(columns, rows)
}
