import type { ConfigValueType } from '../../../shared/configViews'

/** A key of a Java configuration class. */
export interface StockKey {
  readonly key: string
  readonly type: ConfigValueType
  /** Absent where Java has none, or one of its machine. */
  readonly defaultValue?: string
  /** Of an enum. */
  readonly options?: readonly string[]
}

const line = /^(\w+) (string|int|long|boolean|double|enum\(([\w|]+)\))(?: =(?: (.*))?)?$/

/** Reads `key type = default`, one a line. @throws RangeError for a line that is none. */
export const parseStockKeys = (...tables: readonly string[]): StockKey[] =>
  tables
    .flatMap((table) => table.split('\n'))
    .filter((given) => given !== '')
    .map((given) => {
      const [, key, type, options, value] = line.exec(given) ?? []
      if (key === undefined || type === undefined) throw new RangeError(`no key line: ${given}`)
      const hasDefault = given.includes(' =')
      return {
        key,
        type: options === undefined ? (type as ConfigValueType) : 'enum',
        ...(hasDefault && { defaultValue: value ?? '' }),
        ...(options !== undefined && { options: options.split('|') })
      }
    })
