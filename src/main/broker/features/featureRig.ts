/** What tests of features with progress of their own stand on: a store on disk, offsets in memory that outlive a restart. */
import type { Disposable } from '../../base/disposable'
import type { ConsumerOffsetDoc } from '../../meta/brokerMeta'
import type { MessageStore } from '../../store/messageStore'
import type { StoreRig } from '../../store/storeRig'
import { MemoryCollection } from '../brokerFakes'
import type { ConsumerOffsetManager } from '../consumerOffsetManager'

/** `restart` and `kill` begin the feature anew on what is there. */
export abstract class FeatureRig {
  offsets!: ConsumerOffsetManager
  protected readonly kept = new MemoryCollection<ConsumerOffsetDoc>()
  protected running: Disposable | undefined

  constructor(readonly rig: StoreRig) {}

  get clock() {
    return this.rig.clock
  }

  get store(): MessageStore {
    return this.rig.store
  }

  async start(): Promise<this> {
    await this.begin(await this.rig.open())
    return this
  }

  async restart(): Promise<void> {
    this.running?.dispose()
    await this.offsets.flush()
    await this.begin(await this.rig.reopen())
  }

  /** Offsets are lost but for what `offsets.flush` kept. */
  async kill(): Promise<void> {
    await this.begin(await this.rig.crash())
  }

  async dispose(): Promise<void> {
    this.running?.dispose()
    await this.rig.dispose()
  }

  protected abstract begin(real: MessageStore): Promise<void>
}

/** The store, but for these of its methods. */
export const replacing = (real: MessageStore, methods: Partial<MessageStore>): MessageStore =>
  new Proxy(real, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in methods ? methods : target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    }
  })
