/** Bounds of the Consume page, known on both sides. */

/** Consumers of one window, and of all. */
export const MAX_CONSUMERS_PER_WINDOW = 4
export const MAX_CONSUMERS = 16
/** Messages of a consumer that are listed; the oldest that were settled go. */
export const MAX_CONSUMED = 500
/** Messages a pull or pop consumer has in hand at most. */
export const MAX_IN_HAND = 32
export const MAX_PROCESSING_MS = 600_000
/** RocketMQ's own bounds of the time a popped message is invisible (minInvisibleTimeMills, maxInvisibleTimeMills). */
export const MIN_INVISIBLE_MS = 10
export const MAX_INVISIBLE_MS = 43_200_000

/** Queues a live tail reads; those beyond are not shown, and it says so. */
export const MAX_TAIL_QUEUES = 64
/** Messages of one queue that one look takes; what is further back is left out and counted. */
export const TAIL_PULL = 32
/** Messages of one look. */
export const MAX_TAIL_MESSAGES = 200
/** Messages a live tail keeps on screen; the oldest go. */
export const MAX_TAIL_ROWS = 1000
/** Begins the names of groups made for the window. */
export const WINDOW_GROUP_PREFIX = 'gantry_window_'
