/** A master's store and a slave's, and the bytes between them without a socket. */
import { nodeDisk } from '../base/disk'
import type { MessageStore } from './messageStore'
import type { ReceiveOutcome } from './replica'
import { StoreRig, type RigOptions } from './storeRig'

export class ReplicaRig {
  readonly master: StoreRig
  readonly slave: StoreRig

  constructor(options: RigOptions = {}) {
    this.master = new StoreRig(options)
    this.slave = new StoreRig({ ...options, role: 'SLAVE' })
  }

  async open(): Promise<void> {
    await this.master.open()
    await this.slave.open()
  }

  async dispose(): Promise<void> {
    await this.master.dispose()
    await this.slave.dispose()
  }

  /** Brings the slave all its master has, in pieces of at most `pieceBytes`; ends with the first refusal. */
  async follow(pieceBytes = 32 * 1024): Promise<ReceiveOutcome> {
    const { replica } = this.slave.store
    replica.restart(this.master.store.replica.minOffset)
    return pour(this.master.store, this.slave.store, pieceBytes)
  }

  /** The files of the log, by name. */
  static logFiles(rig: StoreRig): { name: string; bytes: Buffer }[] {
    return rig.segments().map((path) => ({
      name: path.slice(-20),
      bytes: nodeDisk.readFile(path)
    }))
  }
}

/** As `ReplicaRig.follow`, from where the slave is. */
export const pour = async (
  master: MessageStore,
  slave: MessageStore,
  pieceBytes: number
): Promise<ReceiveOutcome> => {
  const target = Buffer.alloc(pieceBytes)
  for (;;) {
    const bytes = await master.replica.read(target, slave.replica.receivedEnd)
    if (bytes <= 0) return { kind: 'received' }
    const outcome = slave.replica.receive(target.subarray(0, bytes))
    if (outcome.kind !== 'received') return outcome
  }
}
