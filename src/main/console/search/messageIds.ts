/** Ids as people paste them: several at once, as a batch has them, in either case. */
import { MAX_IDS } from '../../../shared/messageLimits'

/** A hexadecimal id as it may be stored: clients write capitals, people paste either. */
export const spellingsOf = (id: string): string[] =>
  /^[0-9a-fA-F]+$/.test(id) ? [...new Set([id, id.toUpperCase(), id.toLowerCase()])] : [id]

export const idsOf = (text: string): string[] =>
  [...new Set(text.split(/[\s,]+/).filter((id) => id !== ''))].slice(0, MAX_IDS)
