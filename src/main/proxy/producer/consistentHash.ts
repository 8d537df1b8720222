/** Which of several buckets a key belongs to: a further bucket takes keys only to itself, none move between the others. Lamping and Veach, 2014; Java: Guava's Hashing.consistentHash. */

const MULTIPLIER = 2_862_933_555_777_941_757n

/** @param key 32 bits, as Java's String.hashCode. */
export const consistentHash = (key: number, buckets: number): number => {
  let state = BigInt.asUintN(64, BigInt(key))
  let bucket = 0
  for (;;) {
    state = BigInt.asUintN(64, state * MULTIPLIER + 1n)
    const part = (Number(state >> 33n) + 1) / 2 ** 31
    const next = Math.floor((bucket + 1) / part)
    if (next >= buckets) return bucket
    bucket = next
  }
}
