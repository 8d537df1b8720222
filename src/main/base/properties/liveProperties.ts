import type { PropertySpec, ValuesOf } from './property'
import type { PropertyTable } from './propertyTable'

/** In the place of a secret. */
export const HIDDEN = '******'

/** The properties a node runs with; `config` is what everybody in it holds. */
export class LiveProperties<S extends PropertySpec> {
  /** Hot ones change in place, so read them at each use. */
  readonly config: Readonly<ValuesOf<S>>
  private readonly values: ValuesOf<S>
  /** Given values of keys without effect. */
  private readonly inert = new Map<string, string>()
  /** Changes that wait for the next start. */
  private readonly later = new Map<string, string>()

  /** @throws RangeError for a property the table refuses. */
  constructor(
    private readonly table: PropertyTable<S>,
    given: Readonly<Record<string, string>>
  ) {
    this.values = Object.fromEntries(table.initialEntries()) as ValuesOf<S>
    this.config = this.values
    this.set(given)
  }

  /** @throws RangeError for a property the table refuses; nothing is changed then. */
  set(changed: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(changed)) {
      const problem = this.table.check(key, value)
      if (problem) throw new RangeError(`${key}=${this.shown(key, value)}: must be ${problem.expected}`) // prettier-ignore
    }
    for (const [key, value] of Object.entries(changed)) {
      if (this.table.of(key)?.inert) this.inert.set(key, value)
      else Object.assign(this.values, { [key]: this.table.parse(key, value) })
    }
  }

  /** Hot properties change at once, the others with the next start; returns the keys of those. Values must be checked. */
  change(changed: ReadonlyMap<string, string>): string[] {
    const cold = [...changed].filter(([key]) => this.table.of(key)?.hot === false)
    for (const [key, value] of cold) this.later.set(key, value)
    this.set(Object.fromEntries([...changed].filter(([key]) => !this.later.has(key))))
    return cold.map(([key]) => key)
  }

  /** A value as it may be told; what is not set is no secret. */
  private shown(key: string, value: string): string {
    return this.table.of(key)?.secret && value !== '' ? HIDDEN : value
  }

  /** Key to text as it is in effect, in the order of declaration; keys without effect only where given. */
  texts(): Map<string, string> {
    const effective = Object.entries(this.values).map(
      ([key, value]) => [key, this.shown(key, String(value))] as const
    )
    return new Map([...effective, ...this.inert])
  }

  /** As `texts`, with the changes that wait for the next start. */
  savedTexts(): Map<string, string> {
    const later = [...this.later].map(([key, value]) => [key, this.shown(key, value)] as const)
    return new Map([...this.texts(), ...later])
  }

  /** As `savedTexts`, with RocketMQ's defaults of keys without effect, sorted by key. Java: Configuration.getAllConfigsFormatString. */
  allTexts(): Map<string, string> {
    const defaults = this.table.inert.flatMap(({ key }) => {
      const value = this.table.stockKey(key)?.defaultValue
      return value === undefined ? [] : [[key, value] as const]
    })
    const all = new Map([...defaults, ...this.savedTexts()])
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
