import type { Collection } from './collection'

type AnyCollection = Pick<Collection<object>, 'close'>

/** Opens all or none: where one fails the others are closed again. */
export const openAll = async <C extends Readonly<Record<string, AnyCollection>>>(opening: {
  readonly [K in keyof C]: Promise<C[K]>
}): Promise<C & { close(): Promise<void> }> => {
  const names = Object.keys(opening) as (keyof C & string)[]
  const results = await Promise.allSettled(names.map((name) => opening[name]))
  const opened = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []))
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((collection) => collection.close()))
  }
  const failure = results.find((r) => r.status === 'rejected')
  if (failure) {
    await close()
    throw failure.reason
  }
  const collections = Object.fromEntries(names.map((name, i) => [name, opened[i]])) as unknown as C
  return { ...collections, close }
}
