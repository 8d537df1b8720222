/** The contract's methods about groups, their offsets and clients. */
import { ClientCloseDraft, RunningInfoQuery } from './clientDrafts'
import type { ClientsView, ClosedClientView, RunningInfoView } from './clientViews'
import { GroupDeleteDraft, GroupDraft, GroupRef } from './drafts'
import { AllocationQuery, GroupPopDraft } from './groupDrafts'
import type {
  AllocationView,
  ConsistencyView,
  GroupDetail,
  GroupView,
  PopModeView
} from './groupViews'
import { method, none } from './method'
import { OffsetResetDraft, OffsetUndoDraft } from './offsetDrafts'
import type { KeptResetView, OffsetPlanView, OffsetResultView } from './offsetViews'

export const groupMethods = {
  'group.list': method<GroupView[]>()(none),
  'group.detail': method<GroupDetail>()(GroupRef),
  'group.save': method<void>()(GroupDraft),
  'group.delete': method<void>()(GroupDeleteDraft),
  /** What its members say they subscribe to, side by side. */
  'group.consistency': method<ConsistencyView>()(GroupRef),
  /** Which member has which queue, and how other members or another strategy would share them. */
  'group.allocation': method<AllocationView>()(AllocationQuery),
  'group.popMode': method<PopModeView>()(GroupRef),
  /** As `mqadmin setConsumeMode`, on every master of the topic. */
  'group.setPopMode': method<void>()(GroupPopDraft),

  /** What a reset would do, queue by queue; nothing is changed. */
  'offset.preview': method<OffsetPlanView>()(OffsetResetDraft),
  'offset.reset': method<OffsetResultView>()(OffsetResetDraft),
  /** Resets of the group that can be undone, newest first. */
  'offset.kept': method<KeptResetView[]>()(GroupRef),
  'offset.undo': method<OffsetResultView>()(OffsetUndoDraft),

  /** Every producer and consumer that is connected, of both protocols. */
  'client.list': method<ClientsView>()(none),
  /** What a member says of itself, with its threads where asked for. */
  'client.runningInfo': method<RunningInfoView>()(RunningInfoQuery),
  /** Its connections are closed; most clients come back by themselves. */
  'client.close': method<ClosedClientView>()(ClientCloseDraft)
}
