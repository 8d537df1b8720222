/** Something was wrong with a stored file; the product went on, and the person must hear of it. */
export interface MetaReport {
  /** Absolute path of the file concerned. */
  readonly file: string
  readonly kind: 'torn-tail' | 'damaged-line' | 'restored' | 'set-aside' | 'write-failed'
  /** One sentence for a person. */
  readonly detail: string
  /** Absolute path of what was kept for a closer look. */
  readonly keptAs: string | undefined
}

/** Names shown in a report before it says "and n more". */
const NAMES_SHOWN = 10

export const listNames = (names: readonly string[]): string => {
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  const rest = names.length - NAMES_SHOWN
  return rest > 0 ? `${shown} and ${rest} more` : shown
}

export const plural = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`
