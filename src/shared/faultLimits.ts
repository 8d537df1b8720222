/** Limits of faults, apart from the schemas so that the window need not carry zod. */

/** Faults set at the same time. */
export const MAX_FAULTS = 32
/** One way. */
export const MAX_LINK_DELAY_MS = 60_000
/** Of one call; a slow read or write holds up its whole node. */
export const MAX_DISK_DELAY_MS = 5_000
export const MAX_DISK_ROOM_BYTES = 1024 ** 4
/** A clock that is put back stands still for so long at most. */
export const MAX_CLOCK_SKEW_MS = 600_000
/** Seconds of history. */
export const SEEN_POINTS = 600
/** Newest things that happened. */
export const FAULT_EVENTS = 200
