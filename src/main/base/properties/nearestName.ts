/** The name somebody may have meant. */

/** Letters two names must begin with in common to be taken for one another. */
const ALIKE_LETTERS = 8
/** Names longer than any key are not compared letter by letter. */
const MAX_COMPARED = 64

/** Letters to insert, delete, replace or swap with the next to come from one to the other. */
const distance = (a: string, b: string): number => {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + cost)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** The same but for case, else the closest within a quarter of its letters, else one of the same beginning. */
export const nearestName = (name: string, names: Iterable<string>): string | undefined => {
  if (name.length > MAX_COMPARED) return undefined
  const wanted = name.toLowerCase()
  let nearest: string | undefined
  let least = Math.max(1, Math.floor(name.length / 4)) + 1
  let beginning: string | undefined
  for (const candidate of names) {
    const lower = candidate.toLowerCase()
    if (lower === wanted) return candidate
    const difference = Math.abs(lower.length - wanted.length)
    const away = difference < least ? distance(wanted, lower) : least
    if (away < least) [nearest, least] = [candidate, away]
    if (wanted.length >= ALIKE_LETTERS && lower.startsWith(wanted.slice(0, ALIKE_LETTERS)))
      beginning ??= candidate
  }
  return nearest ?? beginning
}
