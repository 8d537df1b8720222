/**
 * Stands for `fflate` in the window (electron.vite.config.ts): its `zip` compresses what is large in a worker made of
 * a blob, which the window's content security policy forbids, and then never answers.
 */
import { zipSync, type AsyncZippable } from 'fflate/browser'

export { strToU8, zipSync } from 'fflate/browser'

export const zip = (
  files: AsyncZippable,
  done: (error: Error | null, archive: Uint8Array) => void
): void => done(null, zipSync(files))
