/** Bundles a TypeScript entry for plain Node 20, which cannot run TypeScript itself. */
import { basename, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '..')

/** @returns the path of the bundle; packages stay where they are, `node_modules` is found from there. */
export const bundle = async (entry) => {
  const name = basename(entry).replace(/\.ts$/, '.mjs')
  const file = join(root, '.cache', 'bundle', name)
  const build = await rolldown({
    input: resolve(root, entry),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !/^[A-Za-z]:\\/.test(id)
  })
  await build.write({ file, format: 'esm' })
  await build.close()
  return file
}
