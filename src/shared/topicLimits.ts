/** Limits of the Topics page; apart from the schemas, so that the window need not carry zod. */

/** Topics one call tells the figures of. */
export const MAX_FIGURE_TOPICS = 100
/** Groups of a topic whose rates are added up. */
export const MAX_FIGURE_GROUPS = 20
/** Characters of a topic's note. */
export const MAX_NOTE_CHARS = 500
/** Notes kept. */
export const MAX_NOTES = 5000
/** Topics one bulk creation or deletion goes through. */
export const MAX_BULK_TOPICS = 200

/** RocketMQ 5's message.type; NORMAL where nothing is said is UNSPECIFIED. */
export const topicMessageTypes = [
  'UNSPECIFIED',
  'NORMAL',
  'FIFO',
  'DELAY',
  'TRANSACTION',
  'MIXED'
] as const
export type TopicMessageType = (typeof topicMessageTypes)[number]
