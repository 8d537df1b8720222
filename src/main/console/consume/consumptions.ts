/** Consumers of the windows: they end with their window, and take the group along that was made for them. */
import type { ConsumeDraft } from '../../../shared/consumeDrafts'
import { MAX_CONSUMERS, MAX_CONSUMERS_PER_WINDOW } from '../../../shared/consumeLimits'
import type { Caller } from '../../../shared/contract'
import type { Problem } from '../../../shared/views'
import type { Admin } from '../../admin/admin'
import type { RealTime } from '../../base/clock'
import type { Log } from '../../base/log'
import type { Random } from '../../base/random'
import type { MQClientInstance } from '../../client/mqClientInstance'
import { ProblemError } from '../../cluster/problem'
import { retryTopicOf } from '../../protocol/topicNames'
import { Consumption, type Source } from './consumption'
import { popSource } from './popSource'
import { pullSource } from './pullSource'
import { pushSource } from './pushSource'

interface Deps {
  admin: Pick<Admin, 'deleteSubGroup' | 'deleteTopic'>
  clock: RealTime
  random: Random
  log: Log
  openClient: () => MQClientInstance
  problemOf: (error: unknown) => Problem
}

const sources: Record<
  ConsumeDraft['kind'],
  (client: MQClientInstance, draft: ConsumeDraft, consumption: Consumption) => Source
> = { push: pushSource, pull: pullSource, pop: popSource }

interface Held {
  caller: string
  consumption: Consumption
  isOver: boolean
}

export class Consumptions {
  private readonly held = new Map<string, Held>()
  private lastId = 0

  constructor(private readonly deps: Deps) {}

  /** @throws ProblemError TOO_MANY_CONSUMERS; as consumers do at their start. */
  async start(draft: ConsumeDraft, isGroupMade: boolean, caller: Caller): Promise<Consumption> {
    this.makeRoom(caller)
    const id = String(++this.lastId)
    const consumption = new Consumption(id, draft, this.deps)
    consumption.isGroupMade = isGroupMade
    const held = { caller: caller.id, consumption, isOver: false }
    this.held.set(id, held)
    const client = this.deps.openClient()
    try {
      await consumption.start(sources[draft.kind](client, draft, consumption))
      return consumption
    } catch (error) {
      this.held.delete(id)
      client.close()
      if (isGroupMade) await this.cleanUp(draft)
      throw error
    }
  }

  /** @throws ProblemError CONSUMER_GONE. */
  get(id: string, caller: Caller): Consumption {
    const held = this.held.get(id)
    if (held?.caller === caller.id) return held.consumption
    throw new ProblemError(
      'CONSUMER_GONE',
      {},
      `there is no consumer ${id} of this window any more`
    )
  }

  /** Its list stays until another one is started. */
  async stop(id: string, caller: Caller, cleanUp: boolean): Promise<void> {
    this.get(id, caller)
    const held = this.held.get(id)
    if (held) await this.end(held, cleanUp)
  }

  /** Never rejects. */
  async forget(caller: Caller): Promise<void> {
    await this.endAll([...this.held].filter(([, { caller: id }]) => id === caller.id))
  }

  async leave(): Promise<void> {
    await this.endAll([...this.held])
  }

  private async endAll(gone: [string, Held][]): Promise<void> {
    for (const [id] of gone) this.held.delete(id)
    await Promise.all(gone.map(([, held]) => this.end(held, held.consumption.draft.cleanUp)))
  }

  private async end(held: Held, cleanUp: boolean): Promise<void> {
    if (held.isOver) return
    held.isOver = true
    const { consumption } = held
    await consumption.end().catch((error: unknown) => {
      this.deps.log.debug(`consumer ${consumption.id} did not end well: ${String(error)}`)
    })
    if (cleanUp && consumption.isGroupMade) await this.cleanUp(consumption.draft)
  }

  /** Where a broker cannot be reached something is left behind. */
  private async cleanUp({ group }: ConsumeDraft): Promise<void> {
    const { admin, log } = this.deps
    for (const step of [
      () => admin.deleteSubGroup(group, true),
      () => admin.deleteTopic(retryTopicOf(group))
    ])
      await step().catch((error: unknown) => {
        log.debug(`${group} was not cleaned up: ${String(error)}`)
      })
  }

  /** Those that ended make room first. */
  private makeRoom(caller: Caller): void {
    for (const [id, { isOver, caller: owner }] of this.held)
      if (isOver && owner === caller.id) this.held.delete(id)
    const mine = [...this.held.values()].filter(({ caller: owner }) => owner === caller.id)
    if (mine.length < MAX_CONSUMERS_PER_WINDOW && this.held.size < MAX_CONSUMERS) return
    const n = mine.length < MAX_CONSUMERS_PER_WINDOW ? MAX_CONSUMERS : MAX_CONSUMERS_PER_WINDOW
    throw new ProblemError('TOO_MANY_CONSUMERS', { n }, `there are ${n} consumers already`)
  }
}
