/** Which entries fit what was typed, best first. Pure. */

/** Entries shown at once; the rest is reached by typing on. */
export const MAX_SHOWN = 50

const WORD_START = 8
const NEXT_TO_LAST = 5
const WHOLE = 1000
const BEGINNING = 500
const INSIDE = 250

const isWordStart = (text: string, at: number): boolean =>
  at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? '')

/** Letters in their order with others between them; undefined where one is missing. */
const scattered = (text: string, query: string): number | undefined => {
  let score = 0
  let last = -2
  for (const letter of query) {
    const at = text.indexOf(letter, last < 0 ? 0 : last + 1)
    if (at < 0) return undefined
    score += 1 + (isWordStart(text, at) ? WORD_START : 0) + (at === last + 1 ? NEXT_TO_LAST : 0)
    last = at
  }
  return score
}

/** Higher is better; undefined where it does not fit. Case does not count, blanks in the query are left out last. */
export const matchScore = (text: string, query: string): number | undefined => {
  const [where, what] = [text.toLowerCase(), query.trim().toLowerCase()]
  if (what === '') return 0
  if (where === what) return WHOLE
  if (where.startsWith(what)) return BEGINNING - where.length
  const at = where.indexOf(what)
  if (at >= 0) return INSIDE - at + (isWordStart(where, at) ? WORD_START : 0)
  return scattered(where, what.replace(/\s+/g, ''))
}

/** Those that fit, best first; of equal ones in the order they came. At most MAX_SHOWN, and how many there are. */
export const bestMatches = <E>(
  entries: readonly E[],
  query: string,
  textOf: (entry: E) => string
): { shown: E[]; total: number } => {
  const fitting = entries.flatMap((entry, order) => {
    const score = matchScore(textOf(entry), query)
    return score === undefined ? [] : [{ entry, score, order }]
  })
  fitting.sort((a, b) => b.score - a.score || a.order - b.order)
  return { shown: fitting.slice(0, MAX_SHOWN).map(({ entry }) => entry), total: fitting.length }
}
