/** Reading fields of a JSON body that somebody else wrote: a wrong type counts as absent, never as a crash. */

export type Json = Record<string, unknown>

export const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

export const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown, absent = ''): string =>
  typeof value === 'string' ? value : absent

/** Numbers may come as text. */
export const numberOf = (value: unknown, absent: number): number => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : absent
}

export const booleanOf = (value: unknown, absent: boolean): boolean => {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  return value === 'false' ? false : absent
}

export const objectsOf = (value: unknown): Json[] =>
  asArray(value).flatMap((item) => {
    const object = asObject(item)
    return object ? [object] : []
  })

export const textsOf = (value: unknown): string[] =>
  asArray(value).filter((item): item is string => typeof item === 'string')
