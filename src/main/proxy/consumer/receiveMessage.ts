/** ReceiveMessage: status first, then messages, the time last. Java: ReceiveMessageActivity, ReceiveMessageResponseStreamWriter. */
import type { Clock } from '../../base/clock'
import type { Log } from '../../base/log'
import { getProperty, MessageConst } from '../../protocol/message/properties'
import { timestamp } from '../message/times'
import { toGrpcMessage } from '../message/toGrpc'
import type { Metadata } from '../remote/metadata'
import type { ClientSession, Sessions } from '../sessions/clientSession'
import { maxAttemptsOf } from '../sessions/settings'
import { Code, OK, status } from '../v2/code'
import { ClientType } from '../v2/enums'
import type { ReceiveMessageRequest, ReceiveMessageResponse } from '../v2/messages'
import type { ClientCall, MessagingService } from '../v2/methods'
import type { BrokerReceipts } from './brokerReceipts'
import type { Popped } from '../../client/popMessage'
import type { ReceiptHandles } from './receiptHandles'
import { pollTimeOf, wantedOf, type ReceiveConfig } from './receiveRequest'
import type { Poll, Poller, Receiver } from './receiver'

/** Queue id for all of a broker. */
const ANY_QUEUE = -1

export interface ReceiveDeps {
  clock: Clock
  log: Log
  metadata: Pick<Metadata, 'group'>
  sessions: Sessions
  config: ReceiveConfig
  brokers: Pick<BrokerReceipts, 'ack' | 'copyToDeadLetters'>
  handles: Pick<ReceiptHandles, 'give' | 'renew' | 'giveBack'>
  receiver: Pick<Receiver, 'receive'>
}

/** How a group is read. */
interface Habits {
  readonly isOrdered: boolean
  readonly maxAttempts: number
}

type Write = (message: ReceiveMessageResponse) => Promise<boolean>

export const receiveMessage = (deps: ReceiveDeps): MessagingService['ReceiveMessage'] => {
  const { clock, log, metadata, sessions, config, brokers, handles, receiver } = deps
  const polls = new PollsOfClients(sessions)

  /** As the client was told, which acts by it; asked for a client that was told nothing. */
  const habitsOf = async (session: ClientSession | undefined, group: string): Promise<Habits> => {
    const settings = session?.group === group ? session.settings : undefined
    const isOrdered = settings?.subscription?.fifo
    const maxAttempts = settings?.backoffPolicy?.maxAttempts
    if (typeof isOrdered === 'boolean' && maxAttempts) return { isOrdered, maxAttempts }
    const known = await metadata.group(group)
    return {
      isOrdered: known?.consumeMessageOrderly ?? false,
      maxAttempts: maxAttemptsOf(known)
    }
  }

  const pollOf = async (request: ReceiveMessageRequest, call: ClientCall) => {
    const wanted = wantedOf(request, config)
    const session = sessions.find(call.clientId)
    const now = clock.real.monotonic()
    const until = now + pollTimeOf(request, call.deadline - now, session, config)
    const { isOrdered, maxAttempts } = await habitsOf(session, wanted.group)
    const isPush = wanted.isRenewed || session?.clientType === ClientType.PUSH_CONSUMER
    const { broker, id = 0 } = request.messageQueue ?? {}
    const poll: Poll = {
      ...{ ...wanted, isOrdered, until },
      // Simple consumers name some queue of their route, the npm client queue 0 only: they get what there is.
      brokerName: isPush ? broker?.name || undefined : undefined,
      queueId: isPush && isOrdered ? id : ANY_QUEUE
    }
    return { poll, maxAttempts }
  }

  /** What a client is not given is settled beside its poll; what cannot be now comes back later. */
  const settle = (poll: Poll, { stored, handle }: Popped, isDead: boolean): void => {
    const work = async (): Promise<void> => {
      if (isDead) await brokers.copyToDeadLetters(poll, handle, uniqKeyOf(stored)) // prettier-ignore
      await brokers.ack(poll, handle)
    }
    work().catch((error: unknown) => {
      const { topic, group } = poll
      log.warn(`${topic}@${stored.queueId}: message ${stored.queueOffset} ${isDead ? 'is dead for' : 'is not wanted by'} ${group}, and comes back: ${String(error)}`) // prettier-ignore
    })
  }

  /** Brokers compare hash codes of tags only; and a message is delivered so often, then it is dead. */
  const kept = (poll: Poll, maxAttempts: number, popped: readonly Popped[]): Popped[] =>
    popped.filter((one) => {
      const { tags } = poll.filter
      const { properties, reconsumeTimes } = one.stored
      const isWanted = tags.size === 0 || tags.has(getProperty(properties, MessageConst.PROPERTY_TAGS) ?? '') // prettier-ignore
      if (isWanted && reconsumeTimes < maxAttempts) return true
      settle(poll, one, isWanted)
      return false
    })

  /** False: the caller is gone. */
  const deliver = async (
    poll: Poll,
    found: readonly Popped[],
    clientId: string,
    write: Write
  ): Promise<boolean> => {
    const { topic, invisibleMs } = poll
    if (!(await write({ status: OK }))) return false
    for (const { stored, handle } of found) {
      const receiptHandle = handles.give(poll, handle)
      // Before it is out: the ack may be here before the next line is.
      if (poll.isRenewed) {
        const { reconsumeTimes } = stored
        handles.renew(receiptHandle, { clientId, owner: poll, handle, reconsumeTimes })
      }
      const message = toGrpcMessage(stored, { topic, receiptHandle, invisibleMs })
      if (!(await write({ message }))) return false
    }
    return write({ deliveryTimestamp: timestamp(clock.now()) })
  }

  return async (request, call, write) => {
    const { poll, maxAttempts } = await pollOf(request, call)
    const poller = polls.begin(call)
    try {
      const found = await receiver.receive(poll, poller, (popped) =>
        kept(poll, maxAttempts, popped)
      )
      if (found.length === 0) {
        await write({ status: status(Code.MESSAGE_NOT_FOUND, 'no new message') })
        await write({ deliveryTimestamp: timestamp(clock.now()) })
        return
      }
      let isDelivered = false
      try {
        isDelivered = !poller.isGone && (await deliver(poll, found, call.clientId, write))
      } finally {
        // A client that did not hear the end makes nothing of the beginning.
        if (!isDelivered) for (const { handle } of found) void handles.giveBack(poll, handle)
      }
    } finally {
      poller.dispose()
    }
  }
}

const uniqKeyOf = ({ properties }: Popped['stored']): string =>
  getProperty(properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX) ?? ''

/** Polls end when their call does, and when their client says goodbye. */
class PollsOfClients {
  private readonly polls = new Map<string, Set<ClientPoll>>()

  constructor(sessions: Sessions) {
    sessions.ended.on(({ clientId }) => {
      for (const poll of this.polls.get(clientId) ?? []) poll.leave()
    })
  }

  begin(call: ClientCall): ClientPoll {
    const { clientId } = call
    const ofClient = this.polls.get(clientId) ?? new Set()
    this.polls.set(clientId, ofClient)
    const poll = new ClientPoll(call, () => {
      ofClient.delete(poll)
      if (ofClient.size === 0 && this.polls.get(clientId) === ofClient) this.polls.delete(clientId)
    })
    ofClient.add(poll)
    return poll
  }
}

class ClientPoll implements Poller {
  private hasLeft = false
  private readonly callbacks = new Set<() => void>()
  private readonly cancelling

  constructor(
    private readonly call: ClientCall,
    private readonly done: () => void
  ) {
    this.cancelling = call.cancelled.on(() => this.leave())
  }

  get isGone(): boolean {
    return this.hasLeft || this.call.isCancelled
  }

  onGone(callback: () => void): { dispose(): void } {
    this.callbacks.add(callback)
    return { dispose: () => this.callbacks.delete(callback) }
  }

  leave(): void {
    this.hasLeft = true
    for (const callback of [...this.callbacks]) callback()
  }

  dispose(): void {
    this.cancelling.dispose()
    this.done()
  }
}
