import type { Entries, StoredCollection } from './collection'

type AnyCollection = Pick<StoredCollection<object>, 'close' | 'content'>

/** Documents that are not written yet, by collection. */
export type Unwritten = Readonly<Record<string, Entries>>

export interface OpenedAll {
  /** Every file by its name as a compaction would write it now, as of this turn. */
  contents(unwritten?: Unwritten): (readonly [file: string, content: string])[]
  close(): Promise<void>
}

/** Opens all or none: where one fails the others are closed again. */
export const openAll = async <C extends Readonly<Record<string, AnyCollection>>>(opening: {
  readonly [K in keyof C]: Promise<C[K]>
}): Promise<C & OpenedAll> => {
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
  const contents: OpenedAll['contents'] = (unwritten = {}) =>
    names.flatMap((name, i) => {
      const content = opened[i]?.content(unwritten[name])
      return content === undefined ? [] : [[`${name}.db`, content] as const]
    })
  return { ...collections, contents, close }
}
