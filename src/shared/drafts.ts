/** What the window submits: zod schemas, so that anything from IPC or WebSocket is parsed before it is believed. */
import { z } from 'zod'
import {
  MAX_BROWSE_LIMIT,
  MAX_CLOCK_RATE,
  MAX_CLOCK_STEP_MS,
  MAX_DRAFT_BODY_CHARS,
  MAX_QUEUE_NUMS,
  MIN_CLOCK_RATE
} from './limits'
import { GROUP_MAX_LENGTH, NAME_PATTERN, TOPIC_MAX_LENGTH } from './names'
import { topicMessageTypes } from './topicLimits'

export { MAX_BROWSE_LIMIT, MAX_DRAFT_BODY_CHARS, MAX_QUEUE_NUMS }

const topicName = z.string().min(1).max(TOPIC_MAX_LENGTH).regex(NAME_PATTERN)
/** Also retry and dead-letter topics, which may be longer. */
const anyTopicName = z.string().min(1).max(255).regex(NAME_PATTERN)
const groupName = z.string().min(1).max(GROUP_MAX_LENGTH).regex(NAME_PATTERN)
const nodeId = z.string().min(1).max(255)
const brokerName = z.string().min(1).max(255)
const queueId = z
  .int()
  .min(0)
  .max(MAX_QUEUE_NUMS - 1)
const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const NodeRef = z.strictObject({ id: nodeId })
export type NodeRef = z.infer<typeof NodeRef>

export const TopicDraft = z.strictObject({
  topic: topicName,
  readQueueNums: z.int().min(1).max(MAX_QUEUE_NUMS),
  writeQueueNums: z.int().min(1).max(MAX_QUEUE_NUMS),
  /** 2 write only, 4 read only, 6 both. */
  perm: z.union([z.literal(2), z.literal(4), z.literal(6)]),
  /** Broker names; empty means every master. */
  brokerNames: z.array(brokerName).max(64).default([]),
  /** The attribute message.type; stays as it is without it. */
  messageType: z.enum(topicMessageTypes).optional(),
  /** Stays as it is without it. */
  order: z.boolean().optional()
})
export type TopicDraft = z.infer<typeof TopicDraft>
export type TopicDraftInput = z.input<typeof TopicDraft>

export const TopicRef = z.strictObject({ topic: anyTopicName })
export type TopicRef = z.infer<typeof TopicRef>

export const GroupDraft = z.strictObject({
  groupName,
  consumeEnable: z.boolean().default(true),
  consumeBroadcastEnable: z.boolean().default(true),
  retryQueueNums: z.int().min(0).max(64).default(1),
  retryMaxTimes: z.int().min(-1).max(1000).default(16),
  /** Absent: what the group has, or RocketMQ's default. */
  consumeFromMinEnable: z.boolean().optional(),
  consumeMessageOrderly: z.boolean().optional(),
  consumeTimeoutMinute: z.int().min(1).max(10_080).optional(),
  brokerId: z.int().min(0).max(1000).optional(),
  whichBrokerWhenConsumeSlowly: z.int().min(0).max(1000).optional(),
  notifyConsumerIdsChangedEnable: z.boolean().optional(),
  /** Broker names; empty means every master. */
  brokerNames: z.array(brokerName).max(64).default([])
})
export type GroupDraft = z.infer<typeof GroupDraft>
export type GroupDraftInput = z.input<typeof GroupDraft>

export const GroupRef = z.strictObject({
  groupName: z.string().min(1).max(255).regex(NAME_PATTERN)
})
export type GroupRef = z.infer<typeof GroupRef>

export const GroupDeleteDraft = z.strictObject({
  groupName: z.string().min(1).max(255).regex(NAME_PATTERN),
  /** Also forget the consumer offsets of the group. */
  cleanOffset: z.boolean(),
  /** Broker names; empty means every master. */
  brokerNames: z.array(brokerName).max(64).default([])
})
export type GroupDeleteDraft = z.infer<typeof GroupDeleteDraft>

export const MessageDraft = z.strictObject({
  topic: anyTopicName,
  /** Both or neither; without them queues are taken in turn. */
  brokerName: brokerName.optional(),
  queueId: queueId.optional(),
  tags: z.string().max(1000).default(''),
  /** Separated by blanks, each is searchable. */
  keys: z.string().max(10_000).default(''),
  properties: z
    .array(z.tuple([z.string().min(1).max(255), z.string().min(1).max(32_767)]))
    .max(128)
    .default([]),
  body: z.string().max(MAX_DRAFT_BODY_CHARS),
  bodyEncoding: z.enum(['text', 'base64', 'hex']).default('text')
})
export type MessageDraft = z.infer<typeof MessageDraft>
export type MessageDraftInput = z.input<typeof MessageDraft>

export const BrowseQuery = z.strictObject({
  topic: anyTopicName,
  brokerName,
  queueId,
  /** First queue offset wanted; below the minimum starts at the minimum. */
  offset,
  limit: z.int().min(1).max(MAX_BROWSE_LIMIT).default(32)
})
export type BrowseQuery = z.infer<typeof BrowseQuery>
export type BrowseQueryInput = z.input<typeof BrowseQuery>

export const MessageRef = z.strictObject({
  topic: anyTopicName,
  brokerName,
  queueId,
  queueOffset: offset
})
export type MessageRef = z.infer<typeof MessageRef>

export const MessageIdQuery = z.strictObject({
  /** Offset message id: 32 (IPv4) or 56 (IPv6) hexadecimal digits. */
  msgId: z.string().regex(/^([0-9a-fA-F]{32}|[0-9a-fA-F]{56})$/)
})
export type MessageIdQuery = z.infer<typeof MessageIdQuery>

export const MessageTraceQuery = z.strictObject({
  topic: anyTopicName,
  /** The id its client gave it (UNIQ_KEY). */
  msgId: z.string().min(1).max(255),
  /** Where clients send their trace records; RMQ_SYS_TRACE_TOPIC without it. */
  traceTopic: anyTopicName.optional()
})
export type MessageTraceQuery = z.infer<typeof MessageTraceQuery>

export const SettingsDraft = z.strictObject({
  language: z.enum(['system', 'zh-CN', 'en']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  closing: z.enum(['ask', 'keep', 'quit']).optional(),
  startAtLogin: z.boolean().optional(),
  desktopNotices: z.boolean().optional()
})
export type SettingsDraft = z.infer<typeof SettingsDraft>

export const NoticeRef = z.strictObject({ id: z.string().min(1).max(64) })
export type NoticeRef = z.infer<typeof NoticeRef>

export const ClockDraft = z.strictObject({
  paused: z.boolean().optional(),
  /** Milliseconds the cluster's clock shows per millisecond that passes. */
  rate: z.number().min(MIN_CLOCK_RATE).max(MAX_CLOCK_RATE).optional()
})
export type ClockDraft = z.infer<typeof ClockDraft>

/** Ahead only: a clock that went back would put new messages before old ones. */
export const ClockStep = z.strictObject({ ms: z.int().min(1).max(MAX_CLOCK_STEP_MS) })
export type ClockStep = z.infer<typeof ClockStep>
