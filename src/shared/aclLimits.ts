/** Bounds of users and policies; RocketMQ itself has none. */

/** Whom Gantry's own nodes and console sign as; brokers keep no such user. */
export const INNER_USER = 'gantry-inner'

export const MAX_USERNAME_LENGTH = 128
export const MAX_PASSWORD_LENGTH = 256
/** Entries of one subject, over both of its policies. */
export const MAX_POLICY_ENTRIES = 1000
export const MAX_SOURCE_IPS = 100
/** Longest text of a resource. */
export const MAX_RESOURCE_LENGTH = 300

/** What is signed into gRPC's header ends at a comma or a slash, so such names could never come. */
export const NEW_USER_PATTERN = /^[^\s,/=\p{Cc}]+$/u
