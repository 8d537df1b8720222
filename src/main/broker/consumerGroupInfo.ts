import {
  SUB_ALL,
  tagsOf,
  type ConsumerData,
  type SubscriptionData
} from '../protocol/bodies/heartbeat'
import { javaHashCode } from '../protocol/message/tagsCode'
import type { ClientChannelInfo, ClientConnection } from './clientChannelInfo'

/** Judges a consume queue entry; undefined lets every message pass. */
export type TagsCodeMatcher = ((tagsCode: number) => boolean) | undefined

/** Java: DefaultMessageFilter.isMatchedByConsumeQueue. A client that left the hash codes out means its expression. */
export const tagsCodeMatcher = ({ subString, codeSet }: SubscriptionData): TagsCodeMatcher => {
  if (subString === SUB_ALL) return undefined
  const codes = codeSet.length > 0 ? codeSet : tagsOf(subString).map(javaHashCode)
  const [only] = codes
  if (codes.length <= 1) return only === undefined ? undefined : (tagsCode) => tagsCode === only
  const set = new Set(codes)
  return (tagsCode) => set.has(tagsCode)
}

export interface Subscription {
  readonly data: SubscriptionData
  readonly matches: TagsCodeMatcher
}

/** Topics one group may subscribe to; those beyond it are left out. */
export const MAX_SUBSCRIPTIONS_PER_GROUP = 1000

/** The members of one group and what they subscribe to. Java: ConsumerGroupInfo. */
export class ConsumerGroupInfo {
  readonly channels = new Map<ClientConnection, ClientChannelInfo>()
  readonly subscriptions = new Map<string, Subscription>()
  consumeType = 'CONSUME_PASSIVELY'
  messageModel = 'CLUSTERING'
  consumeFromWhere = 'CONSUME_FROM_LAST_OFFSET'
  /** Of the last heartbeat V2; undefined until one came. */
  fingerprint: number | undefined

  constructor(readonly groupName: string) {}

  findSubscriptionData(topic: string): SubscriptionData | undefined {
    return this.subscriptions.get(topic)?.data
  }

  clientIds(): string[] {
    return [...new Set([...this.channels.values()].map(({ clientId }) => clientId))]
  }

  /** True where a member is new. */
  updateChannel(
    data: Pick<ConsumerData, 'consumeType' | 'messageModel' | 'consumeFromWhere'>,
    channel: ClientChannelInfo
  ): boolean {
    this.consumeType = data.consumeType
    this.messageModel = data.messageModel
    this.consumeFromWhere = data.consumeFromWhere
    const before = this.channels.get(channel.connection)
    this.channels.set(channel.connection, channel)
    return before?.clientId !== channel.clientId
  }

  /** Takes new topics and newer versions, drops topics left out; true where the set of topics changed. */
  updateSubscription(list: readonly SubscriptionData[]): boolean {
    let changed = false
    for (const data of list.slice(0, MAX_SUBSCRIPTIONS_PER_GROUP)) {
      const old = this.subscriptions.get(data.topic)
      if (!old) changed = true
      if (!old || data.subVersion > old.data.subVersion)
        this.subscriptions.set(data.topic, { data, matches: tagsCodeMatcher(data) })
    }
    const wanted = new Set(list.map(({ topic }) => topic))
    for (const topic of this.subscriptions.keys())
      if (!wanted.has(topic)) {
        this.subscriptions.delete(topic)
        changed = true
      }
    return changed
  }
}
