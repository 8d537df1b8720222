/** One connection to the broker under test, and what every client of the load does with it: note what it was told. */
import { silentLog } from '../../src/main/base/log'
import { systemClock } from '../../src/main/base/clock'
import { systemRandom } from '../../src/main/base/random'
import { messageIds } from '../../src/main/client/clientId'
import { MessageSender } from '../../src/main/client/messageSender'
import { RemotingClient } from '../../src/main/remoting/client'
import { hashOf, type History } from '../faults/history'
import type { MessagePlan } from './plan'

const SEND_TIMEOUT_MS = 15_000
const BROKER = 'broker'

/** Everything is at one address: no nameserver is asked. */
export const routesTo = (address: () => string) => ({
  find: () => Promise.resolve({ brokerDatas: [], queueDatas: [], filterServerTable: {} }),
  get: () => Promise.reject(new Error('every send names its queue')),
  forget: () => undefined,
  masterAddress: address
})

export class LoadClient {
  readonly remoting = new RemotingClient({ clock: systemClock, log: silentLog })
  private readonly sender: MessageSender
  private static readonly ids = messageIds(systemClock, systemRandom)

  constructor(
    readonly name: string,
    readonly address: string,
    private readonly history: History
  ) {
    this.sender = new MessageSender(
      {
        ...{ remoting: this.remoting, clock: systemClock, random: systemRandom },
        ...{ ids: LoadClient.ids, routes: routesTo(() => address) }
      },
      `producer-${name}`
    )
  }

  /** True when it was acknowledged. */
  async send(message: MessagePlan): Promise<boolean> {
    this.attempt(message)
    return this.settled([message.id], () => this.sender.send(message, this.to(message)))
  }

  async sendBatch(batch: string, messages: readonly MessagePlan[]): Promise<boolean> {
    for (const message of messages) this.attempt(message, batch)
    const ids = messages.map(({ id }) => id)
    return this.settled(ids, () => this.sender.sendBatch(messages, this.to(messages[0]!)))
  }

  /** Nobody says what becomes of it. */
  async sendOneway(message: MessagePlan): Promise<void> {
    this.attempt(message)
    await this.sender.sendOneway(message, this.to(message)).catch(() => undefined)
  }

  close(): void {
    this.remoting.close()
  }

  private to({ queueId }: MessagePlan) {
    return { queue: { brokerName: BROKER, queueId }, timeoutMs: SEND_TIMEOUT_MS }
  }

  private attempt({ id, topic, queueId, body }: MessagePlan, batch?: string): void {
    const of = batch === undefined ? {} : { batch }
    const event = { client: this.name, id, topic, queueId, bodyHash: hashOf(body) }
    this.history.record({ kind: 'attempt', ...event, ...of })
  }

  private async settled(
    ids: readonly string[],
    send: () => Promise<{ sendStatus: string; queueOffset: number }>
  ): Promise<boolean> {
    const { name: client, history } = this
    try {
      const { sendStatus, queueOffset } = await send()
      const isAcked = sendStatus === 'SEND_OK'
      ids.forEach((id, i) => {
        if (isAcked) history.record({ kind: 'ack', client, id, offset: queueOffset + i })
        else history.record({ kind: 'unknown', client, id })
      })
      return isAcked
    } catch (error) {
      for (const id of ids) history.record({ kind: 'unknown', client, id })
      this.lastRefusal = error
      return false
    }
  }

  /** Why the last send that was not acknowledged was not. */
  lastRefusal: unknown
}
