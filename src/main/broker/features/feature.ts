/** A part of the broker that works on its own: what it makes of messages before they are stored, answers and runs. */
import type { Disposable } from '../../base/disposable'
import type { Unwritten } from '../../meta/openAll'
import type { MessageInner } from '../../protocol/message/messageCodec'
import type { Route } from '../../remoting/route'

/**
 * What is to be stored in a message's place: itself, or a copy parked elsewhere until its time comes.
 * @throws RemotingError when the message is refused. Java: PutMessageHook, HookUtils.
 */
export type PutMessageHook = (message: MessageInner) => MessageInner

export interface BrokerFeature {
  /** Sees every message a client sends, each element of a batch, and what other features store through MessageWriter. */
  readonly beforePut?: PutMessageHook
  readonly routes?: readonly Route[]
  /** Its keys in GET_BROKER_RUNTIME_INFO (28). */
  readonly runtimeInfo?: () => Readonly<Record<string, string>>
  /** Progress that is kept soon, by collection: what a snapshot has beside the metadata. */
  readonly unwritten?: () => Unwritten
  /** Begins its work, once all topics and offsets are there; disposed before the store closes. */
  readonly start?: () => Disposable | Promise<Disposable>
}
