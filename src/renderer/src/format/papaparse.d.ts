/** The part of papaparse that is used; the package brings no types. */
declare module 'papaparse' {
  interface UnparseConfig {
    delimiter?: string
    newline?: string
    /** What begins like this gets a quote mark before it; `true` overlooks texts of several lines. */
    escapeFormulae?: RegExp | boolean
  }
  interface ParseResult<T> {
    data: T[]
    errors: { type: string; code: string; message: string; row?: number }[]
    meta: { delimiter: string; fields?: string[]; truncated: boolean }
  }
  interface ParseConfig {
    delimiter?: string
    header?: boolean
    preview?: number
    skipEmptyLines?: boolean | 'greedy'
  }
  const papa: {
    unparse(
      table:
        | { fields: readonly string[]; data: readonly (readonly unknown[])[] }
        | readonly (readonly unknown[])[],
      config?: UnparseConfig
    ): string
    parse<T>(text: string, config?: ParseConfig): ParseResult<T>
  }
  export default papa
}
