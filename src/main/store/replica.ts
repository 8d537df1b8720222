/** What a store promises to whoever brings its log to another store, or another's log to it. */
import type { Emitter } from '../base/emitter'

/** A role is for as long as the store is open. A SLAVE's store takes no messages, only another log's bytes. */
export type ReplicaRole = 'MASTER' | 'SLAVE'

/** Whether a slave's bytes went in. */
export type ReceiveOutcome =
  /** They are in the log, or wait for the rest of their record or batch. */
  | { kind: 'received' }
  /** What begins at `physicalOffset` is no record that belongs there; all before it is in the log. */
  | { kind: 'bad-record'; physicalOffset: number }
  /** The disk refused them; nothing of them is in the log. */
  | { kind: 'not-written'; reason: string }

/** Says of each commit whether slaves have it. Java: GroupTransferService. */
export interface ReplicationGate {
  /** Why nothing is to be stored now, in words for the sender; undefined: it is. Java: IN_SYNC_REPLICAS_NOT_ENOUGH. */
  refusal(): string | undefined
  /** Settles when enough slaves have the log up to `end`, or will not within slaveTimeout. Never rejects. */
  replicated(end: number): ReplicationOutcome | Promise<ReplicationOutcome>
  /**
   * Readers may see the log up to here; Infinity: all of it. Never goes back. What is behind could still be cut off when
   * another is made master. Java: confirmOffset.
   */
  readonly confirmedEnd: number
  /** confirmedEnd went on. */
  readonly confirmed: Emitter<void>
}

export type ReplicationOutcome = 'PUT_OK' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE'

export interface StoreReplica {
  readonly role: ReplicaRole
  /** Where the log begins; `end` of an empty one. */
  readonly minOffset: number
  /** Behind the last byte that is written: what readers and slaves may have. */
  readonly end: number
  /** Behind the last byte that is on the platter. */
  readonly flushedEnd: number
  /** Where the log ended when the store was opened, before that start itself added anything. */
  readonly foundEnd: number
  /** There are more bytes than before. Once a commit. */
  readonly grown: Emitter<void>
  /** The log was cut to this end. */
  readonly truncated: Emitter<number>
  /**
   * Copies bytes of the log from `physicalOffset` on to `target`; gives how many, fewer than there is room for at a
   * segment's border, 0 at the end, -1 where the log no longer reaches back. What a damaged log has lost comes as zeros.
   * Synchronous for what is in memory. @throws the disk's error, the first time in a row at one place.
   */
  read(target: Buffer, physicalOffset: number): number | Promise<number>

  /** SLAVE: takes the bytes that follow what it received so far; they may be changed afterwards. Never throws. */
  receive(bytes: Buffer): ReceiveOutcome
  /** SLAVE: where the next bytes belong: `end` and what waits for the rest of its record. */
  readonly receivedEnd: number
  /** SLAVE: forgets what waits for its rest; the next bytes belong at `end`. With an empty log at `begin`. */
  restart(begin: number): void
  /** SLAVE: what begins here is damaged at the master too: it is taken as it is, and the next sound record searched. */
  acceptDamageAt(physicalOffset: number): void
  /** SLAVE: resolves when what is written is flushed, or cannot be. */
  flush(): Promise<'flushed' | 'failed'>
  /**
   * SLAVE: forgets everything behind the last record that ends at or before `physicalOffset`, on the platter; gives the
   * new end. A segment other files share is copied first. @throws the disk's error; the next start is sound all the same.
   */
  truncateTo(physicalOffset: number): Promise<number>
  /** MASTER: asks this of each commit from now on; undefined: nobody. */
  useGate(gate: ReplicationGate | undefined): void
}
