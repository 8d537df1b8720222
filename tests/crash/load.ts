/** Producers and consumers of a round. They live as long as the round, their connections as long as the broker. */
import { SUB_ALL } from '../../src/main/protocol/bodies/heartbeat'
import { RequestCode } from '../../src/main/protocol/codes/requestCode'
import { CreateTopicRequestHeader, TopicRequestHeader } from '../../src/main/protocol/headers/admin'
import { RemotingError } from '../../src/main/protocol/remotingCommand'
import { AUTO_CREATE_TOPIC_KEY_TOPIC } from '../../src/main/protocol/topicNames'
import { updateConsumerOffset } from '../../src/main/client/brokerCalls'
import { pullMessage } from '../../src/main/client/pullMessage'
import { hashOf, idOfBody, type History } from '../faults/history'
import { committedOffset } from '../faults/observeWire'
import { LoadClient } from './client'
import { messagePlan, QUEUES, type LoadPlan, type MessagePlan } from './plan'

const IN_FLIGHT = 24
const BATCH_MAX = 6
const SENDS_PER_DELETE = 3
const TIMEOUT_MS = 15_000
/** One-way sends between two pauses; nothing else would slow them. */
const ONEWAY_BURST = 4

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export class Load {
  /** Called at each acknowledgement of a send. */
  onAck: () => void = () => undefined
  /** The longest an acknowledgement took. */
  slowestMs = 0
  private readonly sequences = new Map<string, number>()
  private isRunning = false
  private clients: LoadClient[] = []
  private workers: Promise<void>[] = []
  /** The last sends of the synchronous producer that nobody answered, sent again by the next phase. */
  private unanswered: MessagePlan[] = []

  constructor(
    private readonly seed: number,
    private readonly history: History,
    private readonly what: LoadPlan
  ) {}

  /** Resolves when everybody is at work. @throws what the broker refused an admin call with. */
  async start(address: string): Promise<void> {
    this.isRunning = true
    const client = (name: string): LoadClient => {
      const opened = new LoadClient(name, address, this.history)
      this.clients.push(opened)
      return opened
    }
    const admin = client('admin')
    for (const topic of this.what.madeTopics) await this.makeTopic(admin, topic)
    const [sync, async, oneway, batch] = ['sync', 'async', 'oneway', 'batch'].map(client)
    const [doomed, beside, ...consumers] = ['doomed', 'beside', 'consumer-0', 'consumer-1'].map(
      client
    )
    const { groups } = this.what
    this.workers = [
      this.work(() => this.produce(sync!)),
      ...Array.from({ length: IN_FLIGHT }, () => this.work(() => this.sendOne(async!))),
      this.work(() => this.produceOneway(oneway!)),
      this.work(() => this.produceBatch(batch!)),
      this.work(() => this.produceDoomed(doomed!)),
      // Meets the deletions at any moment.
      this.work(() => this.count(beside!.send(this.plan(beside!.name, [this.what.doomedTopic])))),
      this.work(() => this.consume(consumers[0]!, groups[0], 'sync')),
      this.work(() => this.consume(consumers[1]!, groups[1], 'oneway'))
    ]
  }

  /** Resolves when nobody does anything any more; call it when the broker has ended. */
  async end(): Promise<void> {
    this.isRunning = false
    for (const client of this.clients) client.close()
    await Promise.all(this.workers)
    this.clients = []
    this.workers = []
  }

  /** Waits for what is under way while the broker still answers. */
  async drain(): Promise<void> {
    this.isRunning = false
    await Promise.all(this.workers)
  }

  /** Again and again until the load ends; a closed connection is no failure, everything else is. */
  private async work(step: () => Promise<unknown>): Promise<void> {
    while (this.isRunning)
      try {
        await step()
      } catch (error) {
        if (error instanceof RemotingError) {
          // It stops, or the topic is just being deleted: nothing is at fault, and asking at once helps nobody.
          await pause(5)
          continue
        }
        if (error instanceof Error && /^Remoting/.test(error.name)) return
        throw error
      }
  }

  private next(client: string): number {
    const sequence = this.sequences.get(client) ?? 0
    this.sequences.set(client, sequence + 1)
    return sequence
  }

  private plan(client: string, topics = this.what.topics): MessagePlan {
    return messagePlan(this.seed, client, this.next(client), topics)
  }

  private async count(sent: Promise<boolean>): Promise<boolean> {
    const began = performance.now()
    const isAcked = await sent
    if (isAcked) this.slowestMs = Math.max(this.slowestMs, performance.now() - began)
    if (isAcked) this.onAck()
    const pauseMs = isAcked ? this.what.pauseMs : Math.max(2, this.what.pauseMs)
    if (pauseMs > 0) await pause(pauseMs)
    return isAcked
  }

  private async sendOne(client: LoadClient): Promise<void> {
    await this.count(client.send(this.plan(client.name)))
  }

  private async produce(client: LoadClient): Promise<void> {
    const message = this.unanswered.shift() ?? this.plan(client.name)
    if (!(await this.count(client.send(message)))) this.unanswered.push(message)
  }

  private async produceOneway(client: LoadClient): Promise<void> {
    for (let i = 0; i < ONEWAY_BURST; i++) await client.sendOneway(this.plan(client.name))
    await pause(10 + this.what.pauseMs)
  }

  private async produceBatch(client: LoadClient): Promise<void> {
    const first = this.plan(client.name)
    const count = 1 + (first.body.length % BATCH_MAX)
    const { topic, queueId } = first
    const rest = Array.from({ length: count - 1 }, () => this.plan(client.name))
    const messages = [first, ...rest.map((message) => ({ ...message, topic, queueId }))]
    await this.count(client.sendBatch(first.id, messages))
  }

  private async produceDoomed(client: LoadClient): Promise<void> {
    const topic = this.what.doomedTopic
    for (let i = 0; i < SENDS_PER_DELETE && this.isRunning; i++)
      await this.count(client.send(this.plan(client.name, [topic])))
    if (!this.isRunning) return
    const event = { client: client.name, topic }
    const extFields = TopicRequestHeader.encode({ topic })
    this.history.record({ kind: 'delete-topic', ...event })
    const request = { code: RequestCode.DELETE_TOPIC_IN_BROKER, extFields }
    await client.remoting.call(client.address, request, TIMEOUT_MS)
    this.history.record({ kind: 'topic-deleted', ...event })
  }

  private async makeTopic({ remoting, address }: LoadClient, topic: string): Promise<void> {
    const extFields = CreateTopicRequestHeader.encode({
      ...{ topic, defaultTopic: AUTO_CREATE_TOPIC_KEY_TOPIC, perm: 6, topicSysFlag: 0 },
      ...{ readQueueNums: QUEUES, writeQueueNums: QUEUES, order: false },
      ...{ topicFilterType: 'SINGLE_TAG', attributes: '' }
    })
    await remoting.call(
      address,
      { code: RequestCode.UPDATE_AND_CREATE_TOPIC, extFields },
      TIMEOUT_MS
    )
  }

  /** Reads every queue in turn, from what the group has committed; commits what it has read. */
  private async consume(client: LoadClient, group: string, how: 'sync' | 'oneway'): Promise<void> {
    const { history, seed } = this
    const places = this.what.topics.flatMap((topic) =>
      Array.from({ length: QUEUES }, (_, queueId) => ({ topic, queueId }))
    )
    const next = new Map<string, { offset: number; startedAt: number }>()
    for (let turn = seed % places.length; this.isRunning; turn++) {
      const place = places[turn % places.length]!
      const who = { client: client.name, group, ...place }
      const key = `${place.topic}@${place.queueId}`
      let progress = next.get(key)
      if (progress === undefined) {
        const startedAt = performance.now()
        const offset = await committedOffset(client.remoting, client.address, who)
        history.record({ kind: 'offset-seen', ...who, offset, time: startedAt })
        next.set(key, (progress = { offset: offset ?? 0, startedAt }))
      }
      try {
        const offset = await this.pullOnce(client, who, progress, how)
        if (offset === progress.offset && turn % 8 === 0) await pause(1 + this.what.pauseMs)
        progress.offset = offset
      } catch (error) {
        // A topic nobody has sent to yet.
        if (!(error instanceof RemotingError)) throw error
        await pause(2)
      }
    }
  }

  private async pullOnce(
    client: LoadClient,
    who: { client: string; group: string; topic: string; queueId: number },
    { offset, startedAt }: { offset: number; startedAt: number },
    how: 'sync' | 'oneway'
  ): Promise<number> {
    const { history } = this
    const { group, topic, queueId } = who
    const commitOffset = how === 'oneway' && offset > 0 ? offset : undefined
    if (commitOffset !== undefined) history.record({ kind: 'commit', ...who, offset })
    const result = await pullMessage(
      client.remoting,
      client.address,
      {
        ...{ consumerGroup: group, topic, queueId, offset, commitOffset },
        ...{ maxMsgNums: 32, subscription: SUB_ALL }
      },
      TIMEOUT_MS
    )
    if (commitOffset !== undefined) history.record({ kind: 'committed', ...who, offset })
    for (const { body, queueOffset } of result.messages)
      history.record({
        ...{ kind: 'receive', ...who, startedAt },
        ...{ offset: queueOffset, id: idOfBody(body) ?? '', bodyHash: hashOf(body) }
      })
    if (result.messages.length === 0) return offset
    const { nextBeginOffset } = result
    history.record({ kind: 'commit', ...who, offset: nextBeginOffset })
    const request = updateConsumerOffset(group, { topic, queueId, brokerName: '' }, nextBeginOffset)
    if (how === 'oneway') await client.remoting.oneway(client.address, request)
    else {
      await client.remoting.call(client.address, request, TIMEOUT_MS)
      history.record({ kind: 'committed', ...who, offset: nextBeginOffset })
    }
    return nextBeginOffset
  }
}
