import { randomBytes } from 'node:crypto'

/** Chance, injected so that a run can be repeated from its seed. */
export interface Random {
  /** An integer in [0, bound). */
  int(bound: number): number
  bytes(size: number): Buffer
}

export const systemRandom: Random = {
  int: (bound) => Math.floor(Math.random() * bound),
  bytes: (size) => randomBytes(size)
}

/** A repeatable generator (mulberry32); for tests and simulated faults, never for secrets. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    int: (bound) => Math.floor(next() * bound),
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => Math.floor(next() * 256)))
  }
}
