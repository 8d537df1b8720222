/** A fault test: it ends with a verdict, and the verdict is that every promise was kept. */
import { test } from 'vitest'
import { assertKept, type Verdict } from './judge'

/** Names the seed in the title; `run` does the damage and lets the judge speak. */
export const judged = (
  name: string,
  seed: number,
  run: (seed: number) => Verdict | Promise<Verdict>,
  timeoutMs?: number
): void => test(`${name} (seed ${seed})`, async () => assertKept(await run(seed)), timeoutMs)
