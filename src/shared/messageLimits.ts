/** Limits of searching, exporting and replaying messages; the window says them where they bite. */

/** Characters of a text searched for. */
export const MAX_SEARCH_TEXT_CHARS = 1000
/** Characters of a regular expression. */
export const MAX_REGEX_CHARS = 500
/** Milliseconds one body may keep a regular expression busy; it counts as not tested then. */
export const REGEX_BUDGET_MS = 10
/** Bodies a regular expression may give up on before the search ends. */
export const MAX_SLOW_BODIES = 20
/** Matches one search holds; the scan ends there. */
export const MAX_MATCHES = 100_000
/** Matches by key or id; the key index is not asked for more. */
export const MAX_INDEX_MATCHES = 2048
/** Matches after which the window stops by itself until it is told to go on. */
export const MATCHES_PER_RUN = 2000
/** Matches one page brings. */
export const MAX_FOUND_PER_PAGE = 100
/** Bytes of bodies one page of whole messages brings; one message always fits. */
export const MAX_PAGE_BODY_BYTES = 4 * 1024 * 1024
/** Summaries the window holds; those not seen for longest are fetched again. */
export const MAX_HELD_SUMMARIES = 5000
/** Messages of one export. */
export const MAX_EXPORTED = 10_000
/** Bytes of bodies of one export. */
export const MAX_EXPORTED_BYTES = 64 * 1024 * 1024
/** Topics looked at for an id without a topic. */
export const MAX_ID_TOPICS = 500
/** Ids of one search. */
export const MAX_IDS = 32
/** Messages of one replay. */
export const MAX_REPLAYED = 100_000
/** Messages per second of a replay. */
export const MAX_REPLAY_RATE = 5000
/** Times as fast as the messages were stored. */
export const MAX_REPLAY_SPEED = 1000
/** Groups asked whether they consumed a message. */
export const MAX_TRACKED_GROUPS = 200
/** Messages a search in a trace topic tells. */
export const MAX_TRACED_MESSAGES = 200
