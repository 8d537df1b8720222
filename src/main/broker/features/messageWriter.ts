/** The way of a message into the store: past the hooks of all features. Java: BrokerController's putMessageHookList. */
import type { MessageInner } from '../../protocol/message/messageCodec'
import type { MessageStore, PutMessageResult } from '../../store/messageStore'
import type { PutMessageHook } from './feature'

export class MessageWriter {
  private hooks: readonly PutMessageHook[] = []

  constructor(private readonly store: Pick<MessageStore, 'putMessage' | 'putMessages'>) {}

  /** Once, before the first message: features are made of parts that already hold this writer. */
  use(hooks: readonly PutMessageHook[]): void {
    this.hooks = hooks
  }

  /** @throws RemotingError what a hook refuses; else it never rejects. */
  put(message: MessageInner): Promise<PutMessageResult> {
    return this.putPrepared(this.prepare(message))
  }

  /** What the hooks make of a message; for a caller that must know before it is stored. @throws RemotingError. */
  prepare(message: MessageInner): MessageInner {
    let result = message
    for (const hook of this.hooks) result = hook(result)
    return result
  }

  /** Stores what `prepare` gave. Never rejects. */
  putPrepared(message: MessageInner): Promise<PutMessageResult> {
    return this.store.putMessage(message)
  }

  /** All of one topic and queue. @throws RemotingError what a hook refuses; else it never rejects. */
  putAll(messages: readonly MessageInner[]): Promise<PutMessageResult> {
    return this.store.putMessages(messages.map((message) => this.prepare(message)))
  }
}
