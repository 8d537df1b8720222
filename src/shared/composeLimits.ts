/** Bounds of the composer, known on both sides. */

/** Variables of one text; with more it is refused. */
export const MAX_VARIABLES = 10_000
/** Characters one `{{random.…}}` makes at most. */
export const MAX_RANDOM_CHARS = 1024

/** Messages of one batch. */
export const MAX_BATCH = 1000
/** Longest wait for a reply. */
export const MAX_REPLY_TIMEOUT_MS = 60_000
/** The longest time RocketMQ keeps a message back by default (timerMaxDelaySec). */
export const MAX_DUE_IN_MS = 3 * 86_400_000

/** Messages of one run. */
export const MAX_RUN_TOTAL = 1_000_000
/** Messages a second of one run. */
export const MAX_RUN_RATE = 20_000
/** Rows of a file that is sent, a message each. */
export const MAX_FEED_ROWS = 10_000
/** Characters of all of them. */
export const MAX_FEED_CHARS = 8 * 1024 * 1024
/** Sends of one run that wait for their answers, in mode async. */
export const MAX_RUN_IN_FLIGHT = 32
/** Failures of a run that are told one by one; the others are counted. */
export const MAX_RUN_FAILURES = 100
/** Sends a run's percentiles are taken of: the latest. */
export const MAX_RUN_LATENCIES = 10_000
/** Runs of all windows. */
export const MAX_RUNS = 8

/** Messages shown before they are sent. */
export const MAX_PREVIEWED = 5

/** Characters of a form, as JSON, that is kept; a longer one is kept without its body, or not at all as a template. */
export const MAX_KEPT_FORM_CHARS = 64 * 1024
/** Sends remembered; the oldest goes. */
export const MAX_SENT = 300
/** Of one topic. */
export const MAX_SENT_PER_TOPIC = 50
export const MAX_TEMPLATES = 100
export const MAX_TEMPLATE_NAME = 80

/** Transactions the composer remembers; those that ended go first. */
export const MAX_TRANSACTIONS = 100
/** Check-backs remembered of one. */
export const MAX_CHECKS = 20
/** Characters of a reply's body that are shown. */
export const MAX_REPLY_CHARS = 64 * 1024
