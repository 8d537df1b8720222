/** The composer and consumers of a window. */
import {
  ComposeDraft,
  ComposeTopicRef,
  RunDraft,
  SavedDraft,
  SentQuery,
  SentRef,
  TemplateDraft,
  TemplateRef,
  TemplateRename,
  TransactionEndDraft
} from './composeDrafts'
import type { ComposeForm, TopicType } from './composeForm'
import type {
  ComposeResult,
  RunView,
  SentView,
  TemplateView,
  TransactionView
} from './composeViews'
import {
  ConsumeCheckQuery,
  ConsumeDraft,
  ConsumerBehave,
  ConsumerLook,
  ConsumerStop,
  SettleDraft,
  TailQuery
} from './consumeDrafts'
import type { ConsumeCheck, ConsumerView, TailView } from './consumeViews'
import { method, none } from './method'

export const windowMethods = {
  /** Of every kind; what a topic takes is judged before. */
  'compose.send': method<ComposeResult>()(ComposeDraft),
  'compose.topicType': method<TopicType>()(ComposeTopicRef),
  /** One a window; ends with it. */
  'compose.run': method<RunView>()(RunDraft),
  'compose.runView': method<RunView | null>()(none),
  'compose.runStop': method<void>()(none),
  /** Of the composer, newest first; with every question of a broker. */
  'compose.transactions': method<TransactionView[]>()(none),
  'compose.endTransaction': method<void>()(TransactionEndDraft),
  'compose.draft': method<ComposeForm | null>()(none),
  'compose.saveDraft': method<{ isKept: boolean }>()(SavedDraft),
  'compose.templates': method<TemplateView[]>()(none),
  'compose.saveTemplate': method<void>()(TemplateDraft),
  'compose.renameTemplate': method<void>()(TemplateRename),
  'compose.deleteTemplate': method<void>()(TemplateRef),
  /** Newest first. */
  'compose.sent': method<SentView[]>()(SentQuery),
  'compose.removeSent': method<void>()(SentRef),
  'compose.clearSent': method<void>()(none),

  /** Who is of the group, and whether brokers take the expression. */
  'consume.check': method<ConsumeCheck>()(ConsumeCheckQuery),
  /** Ends with its window. */
  'consume.start': method<ConsumerView>()(ConsumeDraft),
  'consume.view': method<ConsumerView>()(ConsumerLook),
  'consume.settle': method<void>()(SettleDraft),
  'consume.behave': method<void>()(ConsumerBehave),
  'consume.stop': method<void>()(ConsumerStop),
  /** Without any group. */
  'consume.tail': method<TailView>()(TailQuery)
}
