/**
 * The contract between window and engine, the same over IPC and WebSocket. A value, whose keys are the whitelist and
 * whose schemas parse what arrives, and a type, from which both sides' signatures are computed.
 */
import { z } from 'zod'
import { groupMethods } from './groupMethods'
import { method, none } from './method'
import {
  BrokerInstanceRef,
  BrokerPropertiesDraft,
  BrokerWritePermDraft,
  KVDraft,
  KVQuery,
  KVRef,
  NamesrvPropertiesDraft,
  NamesrvRef,
  type BrokersView,
  type PropertyPairs
} from './brokerViews'
import {
  ConnectionDraft,
  ConnectionRef,
  ConnectionTestQuery,
  ConnectionUse
} from './connectionDrafts'
import type { ConnectionsView, ConnectionTest, ConnectionView } from './connectionViews'
import { aclMethods } from './aclMethods'
import { statisticsMethods } from './statisticsMethods'
import { windowMethods } from './windowMethods'
import { AddressDraft, type AddressTest, type AddressView } from './addressViews'
import {
  ClusterCreateDraft,
  ClusterSaveDraft,
  PortPlanQuery,
  SavedClusterRef
} from './clusterDrafts'
import type { PortPlanView, SavedClustersView, SavedClusterView } from './clusterViews'
import {
  BrowseQuery,
  ClockDraft,
  ClockStep,
  MessageDraft,
  MessageIdQuery,
  MessageRef,
  MessageTraceQuery,
  NodeRef,
  NoticeRef,
  SettingsDraft,
  TopicDraft,
  TopicRef
} from './drafts'
import {
  ConfigDraft,
  ConfigListingQuery,
  ConfigTextDraft,
  ConfigTextQuery,
  ConfigVersionRef
} from './configDrafts'
import type {
  ConfigCheck,
  ConfigListing,
  ConfigSaved,
  ConfigVersionView,
  ConfigView
} from './configViews'
import {
  FaultDraft,
  FaultRef,
  type FaultHistory,
  type FaultView,
  type SeenPoint
} from './faultViews'
import {
  SnapshotBranchDraft,
  SnapshotDraft,
  SnapshotRef,
  SnapshotRenameDraft,
  SnapshotRestoreDraft,
  type SnapshotsView
} from './snapshotViews'
import {
  DeliverDraft,
  MessageCopyDraft,
  ReplayDraft,
  ReplayPauseDraft,
  SearchDraft,
  SearchPageQuery,
  SearchRef,
  TraceSearchQuery
} from './messageDrafts'
import type {
  DeliveryView,
  FoundDetails,
  FoundPage,
  MessageTracksView,
  ReplayView,
  SearchView,
  TracedMessages
} from './searchViews'
import { WritePermDraft, type WritePermView } from './writePermViews'
import { ExportQuery, type ExportView } from './exportViews'
import type { GrpcClientsView } from './grpcViews'
import { DeadLetterQuery, ResendDraft } from './deadLetterDrafts'
import type { DeadLetterInbox, DeadLetterPage, ResendOutcome } from './deadLetterViews'
import { ScheduledQuery, ScheduledRef } from './scheduledDrafts'
import type { ScheduledList } from './scheduledViews'
import { TopicDeleteDraft, TopicFiguresQuery, TopicNoteDraft } from './topicDrafts'
import type { TopicEmptied, TopicFigures } from './topicViews'
import type { MessageTraceView } from './traceViews'
import type {
  AppInfo,
  BrowseResult,
  ClockView,
  ClusterView,
  DeletedExpired,
  MessageDetail,
  Notice,
  Noun,
  Problem,
  SendResultView,
  Settings,
  TailBatch,
  TopicDetail,
  TopicView,
  TrafficHistory,
  TrafficPoint
} from './views'

export const methods = {
  'app.info': method<AppInfo>()(none),
  'settings.get': method<Settings>()(none),
  'settings.set': method<Settings>()(SettingsDraft),

  /** Clusters of others; the one in use is what every page shows. */
  'connection.list': method<ConnectionsView>()(none),
  'connection.save': method<ConnectionView>()(ConnectionDraft),
  'connection.delete': method<void>()(ConnectionRef),
  'connection.use': method<ConnectionsView>()(ConnectionUse),
  /** Asks every nameserver and broker; nothing is saved. */
  'connection.test': method<ConnectionTest>()(ConnectionTestQuery),
  'connection.retry': method<ConnectionsView>()(none),

  /** Over the wire, of whichever cluster is in use. */
  'broker.list': method<BrokersView>()(none),
  'broker.runtimeInfo': method<PropertyPairs>()(BrokerInstanceRef),
  'broker.properties': method<PropertyPairs>()(BrokerInstanceRef),
  /** Answers what the broker has then. */
  'broker.updateProperties': method<PropertyPairs>()(BrokerPropertiesDraft),
  'broker.permit': method<void>()(BrokerWritePermDraft),
  'namesrv.properties': method<PropertyPairs>()(NamesrvRef),
  'namesrv.updateProperties': method<PropertyPairs>()(NamesrvPropertiesDraft),
  'namesrv.kvList': method<PropertyPairs>()(KVQuery),
  /** At every nameserver. */
  'namesrv.putKv': method<void>()(KVDraft),
  'namesrv.deleteKv': method<void>()(KVRef),

  'cluster.view': method<ClusterView>()(none),
  'cluster.saved': method<SavedClustersView>()(none),
  'cluster.create': method<SavedClusterView>()(ClusterCreateDraft),
  /** Where it runs, its nodes follow at once. */
  'cluster.save': method<SavedClusterView>()(ClusterSaveDraft),
  /** With its data; not the one that runs. */
  'cluster.delete': method<void>()(SavedClusterRef),
  /** In the place of the one that runs. */
  'cluster.run': method<void>()(SavedClusterRef),
  'cluster.portPlan': method<PortPlanView>()(PortPlanQuery),
  /** Of the proxy; nobody while it does not run. */
  'grpc.clients': method<GrpcClientsView>()(none),
  'node.start': method<void>()(NodeRef),
  'node.stop': method<void>()(NodeRef),
  'node.restart': method<void>()(NodeRef),
  /** Of a broker name, as the nameservers tell clients. */
  'broker.writePerm': method<WritePermView>()(NodeRef),
  /** As `mqadmin wipeWritePerm` and `addWritePerm`, at every nameserver. */
  'broker.setWritePerm': method<WritePermView>()(WritePermDraft),
  /** Expired messages go now, whatever the hour. */
  'broker.deleteExpired': method<DeletedExpired>()(NodeRef),

  'address.view': method<AddressView>()(none),
  /** For the next start of each node; `address.apply` restarts those that run with another setting. */
  'address.save': method<AddressView>()(AddressDraft),
  'address.apply': method<AddressView>()(none),
  /** Connects to every port of every address of this machine. */
  'address.test': method<AddressTest>()(none),

  /** The running cluster for Apache RocketMQ: files, topics and groups. */
  'export.files': method<ExportView>()(ExportQuery),
  'export.conf': method<ConfigListing>()(NodeRef),

  'config.view': method<ConfigView>()(NodeRef),
  /** What a file would come to, line by line; nothing is saved. */
  'config.check': method<ConfigCheck>()(ConfigTextQuery),
  /** Saved with its history; what takes effect at once is sent to the node, as `mqadmin` would. */
  'config.save': method<ConfigSaved>()(ConfigDraft),
  'config.saveText': method<ConfigSaved>()(ConfigTextDraft),
  /** Newest first. */
  'config.history': method<ConfigVersionView[]>()(NodeRef),
  'config.version': method<ConfigListing>()(ConfigVersionRef),
  'config.restore': method<ConfigSaved>()(ConfigVersionRef),
  'config.listing': method<ConfigListing>()(ConfigListingQuery),

  /** Things that go wrong on purpose; `seen` says once a second what clients see of them. */
  'fault.list': method<FaultView[]>()(none),
  'fault.set': method<FaultView>()(FaultDraft),
  'fault.clear': method<void>()(FaultRef),
  'fault.clearAll': method<void>()(none),
  'fault.history': method<FaultHistory>()(none),
  /** Like kill -9. */
  'node.kill': method<void>()(NodeRef),

  'clock.get': method<ClockView>()(none),
  'clock.set': method<ClockView>()(ClockDraft),
  /** Sets the clock ahead; answers when everything due until then has happened, in order. */
  'clock.step': method<ClockView>()(ClockStep),

  'snapshot.list': method<SnapshotsView>()(none),
  /** Of the cluster that runs, which goes on meanwhile; answers when it is there. */
  'snapshot.create': method<{ number: number }>()(SnapshotDraft),
  'snapshot.restore': method<void>()(SnapshotRestoreDraft),
  /** A new saved cluster; gives its number. */
  'snapshot.branch': method<{ cluster: number }>()(SnapshotBranchDraft),
  'snapshot.rename': method<void>()(SnapshotRenameDraft),
  'snapshot.delete': method<void>()(SnapshotRef),
  /** Gives up what is under way, as long as nothing was stopped for it. */
  'snapshot.cancel': method<void>()(none),

  'topic.list': method<TopicView[]>()(none),
  'topic.detail': method<TopicDetail>()(TopicRef),
  /** Creates, or updates where it exists. */
  'topic.save': method<void>()(TopicDraft),
  'topic.delete': method<void>()(TopicDeleteDraft),
  /** Rates and counts of the topics named; those no broker has are left out. */
  'topic.figures': method<TopicFigures[]>()(TopicFiguresQuery),
  /** Its messages and the progress of its groups go; its settings stay. */
  'topic.empty': method<TopicEmptied>()(TopicRef),
  'topic.note': method<void>()(TopicNoteDraft),

  ...aclMethods,

  ...groupMethods,

  'message.send': method<SendResultView>()(MessageDraft),
  'message.browse': method<BrowseResult>()(BrowseQuery),
  'message.get': method<MessageDetail>()(MessageRef),
  'message.byId': method<MessageDetail>()(MessageIdQuery),
  /** What became of a message: where it lies, who got it, what clients told. */
  'message.trace': method<MessageTraceView>()(MessageTraceQuery),
  /** Gives its group a dead letter once more; one that fails again is a dead letter again. */
  'message.sendBack': method<void>()(MessageIdQuery),
  /** Begins a search in the place of the window's last one; it moves with `searchNext` and ends with the window. */
  'message.search': method<SearchView>()(SearchDraft),
  /** Goes on for a moment; asking no more is stopping. */
  'message.searchNext': method<SearchView>()(SearchRef),
  'message.searchPage': method<FoundPage>()(SearchPageQuery),
  'message.searchDetails': method<FoundDetails>()(SearchPageQuery),
  'message.searchEnd': method<void>()(none),
  /** Who consumed it, as `mqadmin queryMsgById` tells. */
  'message.tracks': method<MessageTracksView>()(MessageRef),
  /** A client's listener gets it now, whatever its group has consumed. */
  'message.deliver': method<DeliveryView>()(DeliverDraft),
  'message.copy': method<SendResultView>()(MessageCopyDraft),
  /** Messages clients told of in a trace topic. */
  'message.traceSearch': method<TracedMessages>()(TraceSearchQuery),
  /** One at a time. */
  'message.replay': method<ReplayView>()(ReplayDraft),
  /** The one that runs or ran last; null before the first. */
  'message.replayView': method<ReplayView | null>()(none),
  'message.replayPause': method<void>()(ReplayPauseDraft),
  'message.replayStop': method<void>()(none),

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
  'scheduled.deliverNow': method<void>()(ScheduledRef),

  ...windowMethods,

  'traffic.history': method<TrafficHistory>()(none),

  ...statisticsMethods,

  'notice.list': method<Notice[]>()(none),
  'notice.dismiss': method<void>()(NoticeRef)
}

export type Methods = typeof methods
export type MethodName = keyof Methods

/** What the window passes: the schema's input, with defaults left out. */
export type ParamsOf<K extends MethodName> = z.input<Methods[K]['params']>
/** What a handler receives: parsed, defaults filled in. */
export type ParsedOf<K extends MethodName> = z.output<Methods[K]['params']>
export type ResultOf<K extends MethodName> = ReturnType<NonNullable<Methods[K]['returns']>>

/** Who asks: one per window or WebSocket. */
export interface Caller {
  id: string
}

export type Handlers = {
  [K in MethodName]: (params: ParsedOf<K>, caller: Caller) => ResultOf<K> | Promise<ResultOf<K>>
}

/** Events the engine pushes. A subscriber is counted: the tail costs nothing while nobody listens. */
export interface Events {
  /** Coalesced, at most four a second: says what is stale, carries no truth. */
  changed: { nouns: Noun[] }
  /** One a second. */
  traffic: TrafficPoint
  /** At most four a second, at most 20 messages each. */
  tail: TailBatch
  notice: Notice
  /** One a second, by clients of ours that run while somebody listens. */
  seen: SeenPoint
}
export type EventName = keyof Events
export const eventNames = [
  'changed',
  'traffic',
  'tail',
  'notice',
  'seen'
] as const satisfies readonly EventName[]

/** An answer across the border. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: Problem }

/** WebSocket frames, window to engine. IPC carries the same three as arguments. */
export const ClientFrame = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    id: z.int().min(0),
    method: z.string().max(100),
    params: z.unknown().optional()
  }),
  z.strictObject({ kind: z.literal('subscribe'), event: z.enum(eventNames) }),
  z.strictObject({ kind: z.literal('unsubscribe'), event: z.enum(eventNames) })
])
export type ClientFrame = z.infer<typeof ClientFrame>

/** WebSocket frames, engine to window. */
export type ServerFrame =
  | { kind: 'result'; id: number; outcome: Outcome<unknown> }
  | { kind: 'event'; event: EventName; payload: unknown }

/** What the preload script puts on `window.gantry` — and nothing else. */
export interface Bridge {
  call(method: string, params: unknown): Promise<Outcome<unknown>>
  on(event: EventName, listener: (payload: unknown) => void): () => void
}
