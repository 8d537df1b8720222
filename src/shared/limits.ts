/** Limits both sides know; apart from the schemas, so that the window need not carry zod (whose JIT its CSP forbids). */

/** Longest body the composer may send, in characters of its encoding; the broker's maxMessageSize judges the bytes. */
export const MAX_DRAFT_BODY_CHARS = 24 * 1024 * 1024

/** Most messages one browse may ask for. */
export const MAX_BROWSE_LIMIT = 64

export const MAX_QUEUE_NUMS = 1024
