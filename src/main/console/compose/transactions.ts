/** Half messages of the composer: how they ended, and every time a broker asked. */
import type { TransactionEnd } from '../../../shared/composeForm'
import { MAX_CHECKS, MAX_TRANSACTIONS } from '../../../shared/composeLimits'
import type { TransactionView } from '../../../shared/composeViews'
import type { Problem } from '../../../shared/views'
import { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import type { RealTime } from '../../base/clock'
import type { HalfMessage } from '../../client/transactionMQProducer'
import { ProblemError } from '../../cluster/problem'
import { PREVIEW_CHARS } from '../messageView'
import type { WindowClient } from '../windowClients'

interface Deps {
  clock: Pick<RealTime, 'wall'>
  log: Log
  problemOf: (error: unknown) => Problem
}

interface Entry {
  view: TransactionView
  half: HalfMessage
  client: WindowClient
}

export class Transactions {
  /** One began, was asked about or ended. */
  readonly changed = new Emitter<void>()
  /** By UNIQ_KEY, oldest first. */
  private readonly entries = new Map<string, Entry>()

  constructor(private readonly deps: Deps) {}

  /** Newest first. */
  list(): TransactionView[] {
    return [...this.entries.values()].map(({ view }) => view).reverse()
  }

  /** Of a half message just stored; `unknown` leaves it to the broker's questions. Never rejects: a failure is in the list. */
  async begin(
    client: WindowClient,
    half: HalfMessage,
    body: Buffer,
    end: TransactionEnd
  ): Promise<void> {
    const entry = this.add(client, half, body)
    if (end !== 'unknown') await this.tell(entry, end).catch(() => undefined)
    this.changed.emit()
  }

  /** @throws ProblemError TRANSACTION_GONE; RemotingError where the broker refuses. */
  async end(id: string, end: TransactionEnd): Promise<void> {
    const entry = this.entries.get(id)
    if (!entry) throw new ProblemError('TRANSACTION_GONE', {}, `no transaction ${id} is known here`)
    await this.tell(entry, end)
    this.changed.emit()
  }

  /** A broker asks; it is told what is known, and asks again otherwise. */
  checked(client: WindowClient, half: HalfMessage, body: Buffer): void {
    const entry = this.entries.get(half.msgId) ?? this.add(client, half, body)
    const answer = entry.view.state
    const checks = [...entry.view.checks, { at: this.deps.clock.wall(), answer }]
    entry.half = half
    entry.client = client
    entry.view = {
      ...entry.view,
      checks: checks.slice(-MAX_CHECKS),
      checkCount: entry.view.checkCount + 1
    }
    client.producer.endTransaction(half, answer, true).catch((error: unknown) => {
      this.deps.log.debug(`the end of ${half.msgId} was not taken: ${String(error)}`)
    })
    this.changed.emit()
  }

  /** Clients of another cluster are closed: nothing can be told any more. */
  clear(): void {
    this.entries.clear()
    this.changed.emit()
  }

  private async tell(entry: Entry, end: TransactionEnd): Promise<void> {
    const { problem: _, ...view } = entry.view
    try {
      if (end !== 'unknown') await entry.client.producer.endTransaction(entry.half, end)
      entry.view = { ...view, state: end }
    } catch (error) {
      entry.view = { ...view, problem: this.deps.problemOf(error) }
      throw error
    }
  }

  private add(client: WindowClient, half: HalfMessage, body: Buffer): Entry {
    const view: TransactionView = {
      id: half.msgId,
      topic: half.topic,
      at: this.deps.clock.wall(),
      preview: body
        .subarray(0, PREVIEW_CHARS * 4)
        .toString('utf8')
        .slice(0, PREVIEW_CHARS),
      state: 'unknown',
      checks: [],
      checkCount: 0
    }
    const entry = { view, half, client }
    this.entries.set(half.msgId, entry)
    if (this.entries.size > MAX_TRANSACTIONS) {
      const all = [...this.entries]
      const [id] = all.find(([, { view: old }]) => old.state !== 'unknown') ?? all[0] ?? ['']
      this.entries.delete(id)
    }
    return entry
  }
}
