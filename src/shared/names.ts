/** The names RocketMQ accepts (TopicValidator, Validators). Shared by the window's forms and by the broker's judgement. */

/** Legal characters of topics and groups. */
export const NAME_PATTERN = /^[%|a-zA-Z0-9_-]+$/

/** Longest topic a user may create, in characters (TopicValidator.TOPIC_MAX_LENGTH). */
export const TOPIC_MAX_LENGTH = 127

/** Longest subscription or producer group, in characters (5.x; 4.9 clients allow 255). */
export const GROUP_MAX_LENGTH = 120

export const RETRY_GROUP_TOPIC_PREFIX = '%RETRY%'
export const DLQ_GROUP_TOPIC_PREFIX = '%DLQ%'

/** Where clients that trace write their records, unless told otherwise. Java: TopicValidator. */
export const RMQ_SYS_TRACE_TOPIC = 'RMQ_SYS_TRACE_TOPIC'
