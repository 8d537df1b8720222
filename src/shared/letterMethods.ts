/** The contract's methods about topics, dead letters and messages that are not yet due. */
import { DeadLetterQuery, ResendDraft } from './deadLetterDrafts'
import type { DeadLetterInbox, DeadLetterPage, ResendOutcome } from './deadLetterViews'
import { TopicDraft, TopicRef } from './drafts'
import { method, none } from './method'
import { ScheduledQuery, ScheduledRef } from './scheduledDrafts'
import type { ScheduledList } from './scheduledViews'
import { TopicDeleteDraft, TopicFiguresQuery, TopicNoteDraft } from './topicDrafts'
import type { TopicEmptied, TopicFigures } from './topicViews'
import type { TopicDetail, TopicView } from './views'

export const topicMethods = {
  'topic.list': method<TopicView[]>()(none),
  'topic.detail': method<TopicDetail>()(TopicRef),
  /** Creates, or updates where it exists. */
  'topic.save': method<void>()(TopicDraft),
  'topic.delete': method<void>()(TopicDeleteDraft),
  /** Rates and counts of the topics named; those no broker has are left out. */
  'topic.figures': method<TopicFigures[]>()(TopicFiguresQuery),
  /** Its messages and the progress of its groups go; its settings stay. */
  'topic.empty': method<TopicEmptied>()(TopicRef),
  'topic.note': method<void>()(TopicNoteDraft)
}

export const letterMethods = {
  /** Groups with dead letters, and how many. */
  'deadLetter.inbox': method<DeadLetterInbox>()(none),
  /** Newest first; the next page by the cursors of the one before. */
  'deadLetter.list': method<DeadLetterPage>()(DeadLetterQuery),
  /** Each has an outcome of its own; the method fails only as a whole. */
  'deadLetter.resend': method<ResendOutcome[]>()(ResendDraft),

  /** Messages that are not yet due, soonest first. */
  'scheduled.list': method<ScheduledList>()(ScheduledQuery),
  /** Cancels a message that names a time of its own. */
  'scheduled.recall': method<void>()(ScheduledRef),
  /** Sends a copy of it now, then cancels it. */
  'scheduled.deliverNow': method<void>()(ScheduledRef)
}
