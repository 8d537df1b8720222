const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Why a value would not come back from disk as it is; undefined where it would. NeDB drops a bigint and turns
 * a Buffer into an object, both in silence. An absent optional field (`undefined`) is fine: it stays absent.
 */
export const whyNotStorable = (value: unknown, path = 'value'): string | undefined => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `${path} is ${value}, not a finite number`
    case 'object':
      if (value === null) return undefined
      return Array.isArray(value) ? whyNotArray(value, path) : whyNotObject(value, path)
    default:
      return `${path} is a ${typeof value}`
  }
}

const whyNotArray = (items: readonly unknown[], path: string): string | undefined => {
  // A plain loop: `find` would skip nothing, but a hole in the array must be seen as undefined.
  for (let index = 0; index < items.length; index += 1) {
    const reason = whyNotStorable(items[index], `${path}[${index}]`)
    if (reason !== undefined) return reason
  }
  return undefined
}

const whyNotObject = (value: object, path: string): string | undefined => {
  if (!isPlainObject(value)) return `${path} is a ${value.constructor.name}, not a plain object`
  for (const [name, field] of Object.entries(value)) {
    if (name.startsWith('$') || name.includes('.') || name === '__proto__') {
      return `${path} has a field named ${JSON.stringify(name)}; keep such names in pairs`
    }
    const reason = field === undefined ? undefined : whyNotStorable(field, `${path}.${name}`)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** Stored values are shared with every reader, so nobody may change them. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deepFreeze)
    Object.freeze(value)
  }
  return value
}
