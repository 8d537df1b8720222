/** What the Messages page submits: searches, and what is done with a stored message. */
import { z } from 'zod'
import { MessageRef } from './drafts'
import { MAX_QUEUE_NUMS } from './limits'
import { GROUP_MAX_LENGTH, NAME_PATTERN, TOPIC_MAX_LENGTH } from './names'
import {
  MAX_REPLAY_SPEED,
  MAX_FOUND_PER_PAGE,
  MAX_REGEX_CHARS,
  MAX_REPLAY_RATE,
  MAX_REPLAYED,
  MAX_SEARCH_TEXT_CHARS
} from './messageLimits'

const anyTopic = z.string().min(1).max(255).regex(NAME_PATTERN)
const topicName = z.string().min(1).max(TOPIC_MAX_LENGTH).regex(NAME_PATTERN)
const groupName = z.string().min(1).max(GROUP_MAX_LENGTH).regex(NAME_PATTERN)
const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const timestamp = z.number().int().min(0).max(8.64e15)
const searchId = z.string().min(1).max(64)
const words = z.string().min(1).max(MAX_SEARCH_TEXT_CHARS)

const isRegExp = (source: string): boolean => {
  try {
    new RegExp(source)
    return true
  } catch {
    // The engine's way of saying "no regular expression".
    return false
  }
}

/** Everything given must hold. `id` and `key` ask the key index of the brokers; the others read the queues. */
export const SearchDraft = z.strictObject({
  /** Absent only with `id`: then every topic is looked at. */
  topic: anyTopic.optional(),
  /** Any form of a message id, or several separated by commas, as a batch has them. */
  id: words.optional(),
  /** One word of KEYS. */
  key: words.optional(),
  /** Store time, both inclusive. */
  begin: timestamp.optional(),
  end: timestamp.optional(),
  /** Empty: all. */
  queues: z
    .array(
      z.strictObject({
        brokerName: z.string().min(1).max(255),
        queueId: z.int().min(0).max(MAX_QUEUE_NUMS - 1) // prettier-ignore
      })
    )
    .max(MAX_QUEUE_NUMS)
    .default([]),
  /** Queue offsets, both inclusive. */
  fromOffset: offset.optional(),
  toOffset: offset.optional(),
  /** `TagA`, or `TagA || TagB`. */
  tag: words.optional(),
  /** `value` empty: the property is there. */
  property: z
    .strictObject({
      name: z.string().min(1).max(255),
      value: z.string().max(MAX_SEARCH_TEXT_CHARS)
    })
    .optional(),
  bodyText: words.optional(),
  /** Of the body as UTF-8, by JavaScript's rules, multi-line. */
  bodyRegex: z
    .string()
    .min(1)
    .max(MAX_REGEX_CHARS)
    .refine(isRegExp, 'no regular expression')
    .optional(),
  /** For `bodyText` and `bodyRegex`. */
  ignoreCase: z.boolean().default(true),
  direction: z.enum(['newestFirst', 'oldestFirst']).default('newestFirst')
})
export type SearchDraft = z.infer<typeof SearchDraft>
export type SearchDraftInput = z.input<typeof SearchDraft>

export const SearchRef = z.strictObject({ searchId })
export type SearchRef = z.infer<typeof SearchRef>

export const SearchPageQuery = z.strictObject({
  searchId,
  /** From 0, in the order found. */
  from: z.int().min(0),
  limit: z.int().min(1).max(MAX_FOUND_PER_PAGE)
})
export type SearchPageQuery = z.infer<typeof SearchPageQuery>

export const DeliverDraft = z.strictObject({
  message: MessageRef,
  groupName,
  clientId: z.string().min(1).max(1000)
})
export type DeliverDraft = z.infer<typeof DeliverDraft>

export const MessageCopyDraft = z.strictObject({
  message: MessageRef,
  /** Where the copy goes; the message's own topic too. */
  topic: topicName
})
export type MessageCopyDraft = z.infer<typeof MessageCopyDraft>

export const ReplayDraft = z.strictObject({
  source: z.union([
    z.strictObject({
      topic: anyTopic,
      /** Store time, both inclusive. */
      begin: timestamp,
      end: timestamp,
      tag: words.optional()
    }),
    SearchRef
  ]),
  topic: topicName,
  pace: z.discriminatedUnion('kind', [
    /** 1: with the pauses they were stored with; 10: ten times as fast. */
    z.strictObject({
      kind: z.literal('spacing'),
      speed: z.number().min(0.01).max(MAX_REPLAY_SPEED)
    }),
    z.strictObject({ kind: z.literal('rate'), perSecond: z.int().min(1).max(MAX_REPLAY_RATE) })
  ]),
  limit: z.int().min(1).max(MAX_REPLAYED).default(MAX_REPLAYED)
})
export type ReplayDraft = z.infer<typeof ReplayDraft>
export type ReplayDraftInput = z.input<typeof ReplayDraft>

export const ReplayPauseDraft = z.strictObject({ paused: z.boolean() })

export const TraceSearchQuery = z.strictObject({
  /** Where clients send their trace records. */
  traceTopic: anyTopic,
  /** A message id or a word of KEYS. */
  key: words
})
export type TraceSearchQuery = z.infer<typeof TraceSearchQuery>
