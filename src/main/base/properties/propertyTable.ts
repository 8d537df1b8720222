import { jsonDocument, propertiesDocument, type ConfigDocument } from './configDocument'
import { nearestName } from './nearestName'
import type { Property, PropertyDefinition, PropertySpec } from './property'
import type { StockKey } from './stockKeys'

export interface PropertyProblem {
  code: 'UNKNOWN_PROPERTY' | 'INVALID_PROPERTY'
  key: string
  /** What would be right, in words for the middle of a sentence. */
  expected: string
}

export interface PropertyTableOptions<S extends PropertySpec> {
  /** What takes effect here. */
  readonly spec: S
  /** Every key RocketMQ knows; those not in `spec` are kept without effect. */
  readonly stock: readonly StockKey[]
  /** Keys without effect here that the cluster decides: addresses, ports and paths. */
  readonly decided: readonly string[]
  /** Never to be changed from outside. Java: configBlackList. */
  readonly blackList: readonly string[]
  /** For remarks: `broker`, `nameserver`. */
  readonly owner: string
  /** Its file, where it is no .properties. */
  readonly format?: 'json'
}

/** The section of keys that have no effect here. */
export const INERT_SECTION = 'inert'

const JAVA_INT = 2 ** 31

const isNumber = (value: string, pattern: RegExp): boolean =>
  pattern.test(value) && Number.isFinite(Number(value))

const inertExpected = ({ type, options }: StockKey, value: string): string | undefined => {
  switch (type) {
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'true or false'
    case 'int': {
      const isInt = isNumber(value, /^[+-]?\d{1,10}$/) && Math.abs(Number(value)) < JAVA_INT
      return isInt ? undefined : 'a whole number as a Java int holds it'
    }
    case 'long':
      return isNumber(value, /^[+-]?\d{1,19}$/) ? undefined : 'a whole number'
    case 'double':
      return isNumber(value, /^[+-]?\d{1,15}(\.\d{1,15})?$/) ? undefined : 'a number'
    case 'enum':
      return options?.includes(value) ? undefined : `one of ${options?.join(', ') ?? ''}`
    case 'string':
      return /[\r\n]/.test(value) ? 'a text without line breaks' : undefined
  }
}

/** All properties of one kind of node: those that take effect, and those only kept for RocketMQ. */
export class PropertyTable<S extends PropertySpec = PropertySpec> {
  /** Those that take effect, in the order of declaration. */
  readonly honoured: readonly PropertyDefinition[]
  /** Those that do not, by name. */
  readonly inert: readonly PropertyDefinition[]
  private readonly properties: ReadonlyMap<string, Property<unknown>>
  private readonly definitions: ReadonlyMap<string, PropertyDefinition>
  private readonly stock: ReadonlyMap<string, StockKey>
  private readonly blackList: ReadonlySet<string>

  readonly spec: S
  /** How its files are written. */
  readonly document: ConfigDocument
  private readonly owner: string

  constructor({ spec, stock, decided, blackList, owner, format }: PropertyTableOptions<S>) {
    this.spec = spec
    this.owner = owner
    this.document = format ? jsonDocument((key) => this.of(key)?.type) : propertiesDocument
    this.properties = new Map<string, Property<unknown>>(Object.entries(spec))
    this.stock = new Map(stock.map((known) => [known.key, known]))
    this.blackList = new Set(blackList)
    this.honoured = [...this.properties].map(
      ([key, { initial, expected: _expected, parse: _parse, ...definition }]) => ({
        key,
        defaultValue: String(initial),
        inert: false,
        ...definition
      })
    )
    this.inert = [...this.stock.values()]
      .filter(({ key }) => !this.properties.has(key))
      .map(({ key, type, defaultValue = '', options: of }) => ({
        key,
        type,
        section: INERT_SECTION,
        defaultValue,
        hot: true,
        readOnly: decided.includes(key) || this.blackList.has(key),
        inert: true,
        ...(of && { options: of })
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    this.definitions = new Map([...this.honoured, ...this.inert].map((of) => [of.key, of]))
  }

  of(key: string): PropertyDefinition | undefined {
    return this.definitions.get(key)
  }

  isBlackListed(key: string): boolean {
    return this.blackList.has(key)
  }

  /** What RocketMQ itself knows of a key; undefined for Gantry's own and for unknown ones. */
  stockKey(key: string): StockKey | undefined {
    return this.stock.get(key)
  }

  /** The first thing wrong with a value, or undefined. Who may set it is not asked. */
  check(key: string, value: string): PropertyProblem | undefined {
    const property = this.properties.get(key)
    if (property)
      return property.parse(value) === undefined
        ? { code: 'INVALID_PROPERTY', key, expected: property.expected }
        : undefined
    const stock = this.stock.get(key)
    if (!stock)
      return { code: 'UNKNOWN_PROPERTY', key, expected: `a property of this ${this.owner}` }
    const expected = inertExpected(stock, value)
    return expected === undefined ? undefined : { code: 'INVALID_PROPERTY', key, expected }
  }

  /** The known key an unknown one may have been meant for. */
  nearest(key: string): string | undefined {
    return nearestName(key, this.definitions.keys())
  }

  /** The value of a checked text; undefined for a key without effect. */
  parse(key: string, value: string): unknown {
    return this.properties.get(key)?.parse(value)
  }

  /** Typed values, all at their defaults. */
  initialEntries(): [string, unknown][] {
    return [...this.properties].map(([key, { initial }]) => [key, initial])
  }
}
