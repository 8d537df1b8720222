/** Java's `printf` and dates, as far as mqadmin's tables need them, so that columns stand where scripts expect them. */

/** `%-20s`, `%4d`, `%11.2f`. */
const DIRECTIVE = /%(-)?(\d+)?(?:\.(\d+))?([sdf])/g

export type Cell = string | number | boolean

/** Every directive takes the next value; `%s` takes anything, and cuts nothing. */
export const printf = (format: string, ...values: readonly Cell[]): string => {
  let at = 0
  return format.replace(DIRECTIVE, (_all, left, width, precision, kind: string) => {
    const value = values[at++]
    const text =
      kind === 'f' && typeof value === 'number'
        ? value.toFixed(Number(precision ?? 6))
        : String(value ?? '')
    const size = Number(width ?? 0)
    return left === '-' ? text.padEnd(size) : text.padStart(size)
  })
}

/** A header and its rows, all by one format; without an end of line behind the last. */
export const table = (
  format: string,
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  headerFormat = format
): string =>
  [printf(headerFormat, ...header), ...rows.map((row) => printf(format, ...row))].join('\n')

const two = (value: number): string => String(value).padStart(2, '0')

const dayAndTime = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
  `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`

/** `2026-11-23 03:05:24`, in this machine's time zone. Java: UtilAll.YYYY_MM_DD_HH_MM_SS. */
export const seconds = (at: number): string => dayAndTime(new Date(at))

/** With milliseconds behind a comma. Java: UtilAll.timeMillisToHumanString2. */
export const milliseconds = (at: number): string =>
  `${seconds(at)},${String(new Date(at).getMilliseconds()).padStart(3, '0')}`

/** Java: UtilAll.frontStringAtLeast. */
export const front = (text: string, size: number): string => text.slice(0, size)
