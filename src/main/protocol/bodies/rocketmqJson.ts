/**
 * JSON as RocketMQ writes it: maps may have objects or bare integers for keys (fastjson 1.2). Java: RemotingSerializable.
 */
import { RemotingError } from '../remotingCommand'
import { ResponseCode } from '../codes/responseCode'

/** A map whose keys are objects or numbers, written `{{"brokerName":…}:value}`: the one form Java and Go both read. */
export class ObjectKeyMap<K extends object | number, V> {
  constructor(readonly entries: readonly (readonly [K, V])[]) {}
}

/** JSON text; `ObjectKeyMap`s anywhere in the value become raw fastjson maps. */
export const formatJson = (value: unknown): string => {
  if (value instanceof ObjectKeyMap) {
    const parts = value.entries.map(([key, item]) => `${formatJson(key)}:${formatJson(item)}`)
    return `{${parts.join(',')}}`
  }
  if (Array.isArray(value)) return `[${value.map((item) => formatJson(item ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const parts: string[] = []
    for (const [key, item] of Object.entries(value))
      if (item !== undefined && item !== null)
        parts.push(`${JSON.stringify(key)}:${formatJson(item)}`)
    return `{${parts.join(',')}}`
  }
  // Long.MAX_VALUE, which no number of JavaScript is.
  if (typeof value === 'bigint') return String(value)
  return JSON.stringify(value) ?? 'null'
}

export const jsonBody = (value: unknown): Buffer => Buffer.from(formatJson(value))

/** Deepest nesting that is read; RocketMQ's own bodies need eight. */
const MAX_DEPTH = 64

/** Reads what fastjson writes: unquoted integer keys and object keys (kept as their JSON text). */
class TolerantParser {
  private at = 0

  constructor(private readonly text: string) {}

  parse(): unknown {
    const value = this.value(0)
    this.blank()
    if (this.at < this.text.length) this.fail()
    return value
  }

  private fail(): never {
    throw new RangeError(`not JSON at character ${this.at}`)
  }

  private blank(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
  }

  private take(char: string): boolean {
    this.blank()
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) this.fail()
    this.blank()
    const char = this.text[this.at]
    if (char === '{') return this.object(depth)
    if (char === '[') return this.array(depth)
    if (char === '"') return this.string()
    const literal = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
      this.text.slice(this.at, this.at + 40)
    )
    if (!literal) this.fail()
    this.at += literal[0].length
    return JSON.parse(literal[0])
  }

  private string(): string {
    const start = this.at++
    while (this.text[this.at] !== '"') {
      if (this.at >= this.text.length) this.fail()
      this.at += this.text[this.at] === '\\' ? 2 : 1
    }
    this.at++
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string
    } catch {
      this.fail()
    }
  }

  private key(depth: number): string {
    this.blank()
    const start = this.at
    const key = this.value(depth)
    return typeof key === 'string' ? key : this.text.slice(start, this.at)
  }

  private object(depth: number): Record<string, unknown> {
    this.at++
    const result = Object.create(null) as Record<string, unknown>
    if (this.take('}')) return result
    do {
      const key = this.key(depth + 1)
      if (!this.take(':')) this.fail()
      result[key] = this.value(depth + 1)
    } while (this.take(','))
    if (!this.take('}')) this.fail()
    return result
  }

  private array(depth: number): unknown[] {
    this.at++
    const result: unknown[] = []
    if (this.take(']')) return result
    do result.push(this.value(depth + 1))
    while (this.take(','))
    if (!this.take(']')) this.fail()
    return result
  }
}

/** Standard JSON, or the fastjson forms. @throws RangeError when it is neither. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Not standard: only official servers and clients write it, so the quick parser goes first.
    return new TolerantParser(text).parse()
  }
}

/** The body of a request. @throws RemotingError SYSTEM_ERROR when it is no JSON object. */
export const readJsonBody = (body: Buffer, what: string): Record<string, unknown> => {
  let value: unknown
  try {
    value = parseJson(body.toString('utf8'))
  } catch (error) {
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `${what}: the body is not JSON (${error instanceof Error ? error.message : String(error)})`
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RemotingError(ResponseCode.SYSTEM_ERROR, `${what}: the body is not a JSON object`)
  return value as Record<string, unknown>
}
