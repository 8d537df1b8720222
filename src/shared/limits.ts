/** Limits both sides know; apart from the schemas, so that the window need not carry zod (whose JIT its CSP forbids). */

/** Longest body the composer may send, in characters of its encoding; the broker's maxMessageSize judges the bytes. */
export const MAX_DRAFT_BODY_CHARS = 24 * 1024 * 1024

/** Most messages one browse may ask for. */
export const MAX_BROWSE_LIMIT = 64

export const MAX_QUEUE_NUMS = 1024

/** How fast the cluster's clock may run; 1 is the machine's own speed. */
export const MIN_CLOCK_RATE = 0.1
export const MAX_CLOCK_RATE = 10_000

/** Longest step of the cluster's clock: a year. */
export const MAX_CLOCK_STEP_MS = 366 * 86_400_000

/** Longest configuration file or UPDATE_…_CONFIG body, in characters; RocketMQ's own whole configuration is a third of it. */
export const MAX_CONFIG_TEXT_CHARS = 65_536

/** Versions of its configuration kept for one node; the oldest goes. */
export const MAX_CONFIG_VERSIONS = 200
