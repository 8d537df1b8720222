/** What the window submits about topics, beside creating them. */
import { z } from 'zod'
import { MAX_FIGURE_TOPICS, MAX_NOTE_CHARS } from './topicLimits'
import { NAME_PATTERN } from './names'

const topic = z.string().min(1).max(255).regex(NAME_PATTERN)

export const TopicDeleteDraft = z.strictObject({
  topic,
  /** Only there; everywhere without it. */
  brokerName: z.string().min(1).max(255).optional()
})

export const TopicFiguresQuery = z.strictObject({
  topics: z.array(topic).max(MAX_FIGURE_TOPICS)
})

export const TopicNoteDraft = z.strictObject({
  topic,
  /** Empty forgets it. */
  note: z.string().max(MAX_NOTE_CHARS)
})
