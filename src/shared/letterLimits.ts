/** Limits of the Dead letters and Scheduled pages; apart from the schemas, so that the window need not carry zod. */

/** Groups one inbox shows; it says how many there are beyond. */
export const MAX_LETTER_GROUPS = 500
/** Queues one list goes through. */
export const MAX_LETTER_QUEUES = 2000
/** Dead letters of one page. */
export const MAX_LETTER_PAGE = 100
/** Bytes of bodies one page carries to the window when bodies are asked for; it ends earlier then. */
export const MAX_LETTER_PAGE_BYTES = 8 * 1024 * 1024
/** Dead letters one call sends again; the window makes as many calls as it takes. */
export const MAX_RESEND = 50
/** Dead letters one batch or one export goes through. */
export const MAX_LETTER_BATCH = 10_000
/** Bytes of bodies one export gathers. */
export const MAX_LETTER_EXPORT_BYTES = 64 * 1024 * 1024

/** Waiting messages a list shows, soonest first. */
export const MAX_SCHEDULED_SHOWN = 1000
/** Stored messages one look reads of each kind and broker. */
export const MAX_SCHEDULED_SCAN = 20_000
export const DEFAULT_SCHEDULED_SCAN = 2000
