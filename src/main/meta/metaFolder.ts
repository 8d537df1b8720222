import { join } from 'node:path'
import { openCollection, type CollectionOptions, type StoredCollection } from './collection'
import type { Migration } from './migration'
import type { Parse } from './shape'

export interface MetaFolderOptions extends Pick<
  CollectionOptions<object>,
  'disk' | 'clock' | 'log' | 'onReport'
> {
  /** Absolute; made where it does not exist. */
  readonly folder: string
}

/** Opens `<folder>/<name>.db`. */
export const openIn = <T extends object>(
  { folder, disk, clock, log, onReport }: MetaFolderOptions,
  name: string,
  parse: Parse<T>,
  migrations: readonly Migration[] = []
): Promise<StoredCollection<T>> =>
  openCollection({
    disk,
    clock,
    log,
    onReport,
    path: join(folder, `${name}.db`),
    parse,
    migrations
  })
