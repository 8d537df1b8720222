import type { MessageIdQuery, MessageRef } from '../../../../shared/drafts'

/** A message to look at: by its place, or by its offset message id. */
export type MessageTarget = MessageRef | MessageIdQuery

export const messageRefOf = ({
  topic,
  brokerName,
  queueId,
  queueOffset
}: MessageRef): MessageRef => ({
  topic,
  brokerName,
  queueId,
  queueOffset
})
