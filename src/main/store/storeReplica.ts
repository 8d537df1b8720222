import { Emitter } from '../base/emitter'
import type { CommitLog } from './commitLog'
import type { Flusher } from './flusher'
import type { Announcer } from './announcer'
import type { GroupCommit } from './groupCommit'
import { truncateLog, type LogTruncationDeps } from './logTruncation'
import type { StoreReport } from './messageStore'
import type { RawReader } from './rawReader'
import type { ReceiveOutcome, ReplicaRole, ReplicationGate, StoreReplica } from './replica'
import type { ReplicaLog } from './replicaLog'

interface Deps extends LogTruncationDeps {
  role: ReplicaRole
  commitLog: CommitLog
  flusher: Flusher
  groupCommit: GroupCommit
  announcer: Announcer
  reader: RawReader
  replicaLog: ReplicaLog
  foundEnd: number
  grown: Emitter<void>
  onReport: (report: StoreReport) => void
}

/** See StoreReplica. */
export class DefaultStoreReplica implements StoreReplica {
  readonly role: ReplicaRole
  readonly foundEnd: number
  readonly grown: Emitter<void>
  readonly truncated = new Emitter<number>()

  constructor(private readonly deps: Deps) {
    this.role = deps.role
    this.foundEnd = deps.foundEnd
    this.grown = deps.grown
  }

  get minOffset(): number {
    return this.deps.commitLog.minOffset
  }

  get end(): number {
    return this.deps.commitLog.writtenEnd
  }

  get flushedEnd(): number {
    return this.deps.flusher.flushedEnd
  }

  get receivedEnd(): number {
    return this.deps.replicaLog.receivedEnd
  }

  read(target: Buffer, physicalOffset: number): number | Promise<number> {
    return this.deps.reader.read(target, physicalOffset)
  }

  receive(bytes: Buffer): ReceiveOutcome {
    return this.deps.replicaLog.receive(bytes)
  }

  restart(begin: number): void {
    this.deps.replicaLog.restart(begin)
  }

  acceptDamageAt(physicalOffset: number): void {
    this.deps.replicaLog.acceptDamageAt(physicalOffset)
  }

  async flush(): Promise<'flushed' | 'failed'> {
    return (await this.deps.flusher.flush(this.end)) === 'flushed' ? 'flushed' : 'failed'
  }

  async truncateTo(physicalOffset: number): Promise<number> {
    const { replicaLog, onReport } = this.deps
    replicaLog.restart(this.end)
    const before = this.end
    const end = await truncateLog(this.deps, physicalOffset)
    if (end === before) return end
    replicaLog.restart(end)
    this.truncated.emit(end)
    onReport({ kind: 'truncated', physicalOffset: end, bytes: before - end })
    return end
  }

  useGate(gate: ReplicationGate | undefined): void {
    this.deps.groupCommit.gate = gate
    this.deps.announcer.follow(gate)
  }
}
