/**
 * The log of a slave: another log's bytes, as they come, at the places they have there. What is whole — a segment's
 * header, a record, a batch with its last one — is checked, written and dispatched; the rest waits for what follows.
 * Java: DefaultMessageStore.appendToCommitLog, ReputMessageService.
 */
import type { CommitLog } from './commitLog'
import { DamageScan } from './damageScan'
import type { ReplicaDispatch, ReplicaRecord } from './replicaDispatch'
import type { ReceiveOutcome } from './replica'
import {
  isDispatchedAt,
  MAX_RECORD_BYTES,
  peekSize,
  propertiesAt,
  queueIdAt,
  queueOffsetAt,
  RECORD_HEAD_BYTES,
  sealAt,
  storeTimestampAt,
  sysFlagAt,
  tagsCodeAt,
  topicAt,
  TRAILER_BYTES
} from './recordCodec'
import {
  judgeSegmentHeader,
  LOG_FORMAT_VERSION,
  SEGMENT_HEADER_BYTES,
  SEGMENT_MAGIC
} from './segmentFile'
import { oneLine, refuseAfter, type Writeability } from './writeability'

export interface ReplicaLogDeps {
  commitLog: CommitLog
  dispatch: Pick<ReplicaDispatch, 'dispatch'>
  writeability: Writeability
  /** Damage that came with a master's bytes and stays where it is. */
  onDamage: (physicalOffset: number, bytes: number) => void
}

/** A larger buffer for what is held is given back; damage is written in pieces of it. */
const KEPT_BYTES = 64 * 1024

/** Enough to see whether a segment's header begins. */
const MAGIC_BYTES = SEGMENT_MAGIC.length

const isHeaderAt = (source: Buffer, at: number): boolean =>
  SEGMENT_MAGIC.compare(source, at, at + MAGIC_BYTES) === 0

export class ReplicaLog {
  /** Bytes under way, taken up to `cursor`. */
  private chunk: Buffer = Buffer.alloc(0)
  private cursor = 0
  /** The beginning of what is not whole yet: `heldBytes` of it. */
  private held: Buffer = Buffer.alloc(RECORD_HEAD_BYTES)
  private heldBytes = 0
  /** Physical offset behind the last whole record, its batch perhaps not. */
  private parsedEnd: number
  /** Physical offset behind what may be written: no batch is open there. */
  private wholeEnd: number
  /** Whole, not written yet. */
  private ready: ReplicaRecord[] = []
  /** Of a batch whose last one has not come. */
  private batch: ReplicaRecord[] = []
  private scan: DamageScan | undefined
  private acceptedDamage = -1

  constructor(private readonly deps: ReplicaLogDeps) {
    this.parsedEnd = this.wholeEnd = deps.commitLog.writtenEnd
  }

  get receivedEnd(): number {
    return this.scan?.end ?? this.parsedEnd + this.heldBytes
  }

  restart(begin: number): void {
    const { commitLog } = this.deps
    if (commitLog.segments.length === 0) commitLog.startAt(begin)
    const end = commitLog.writtenEnd
    commitLog.takeBack({ end, tailBase: commitLog.segments.at(-1)?.base })
    this.parsedEnd = this.wholeEnd = end
    this.heldBytes = 0
    this.ready = []
    this.batch = []
    this.scan = undefined
  }

  acceptDamageAt(physicalOffset: number): void {
    this.acceptedDamage = physicalOffset
  }

  receive(bytes: Buffer): ReceiveOutcome {
    try {
      const badAt = this.parse(bytes)
      this.commit()
      return badAt === undefined
        ? { kind: 'received' }
        : { kind: 'bad-record', physicalOffset: badAt }
    } catch (error) {
      return this.notWritten(error)
    }
  }

  private notWritten(error: unknown): ReceiveOutcome {
    const { commitLog, writeability } = this.deps
    const what = 'writing the commit log'
    if (commitLog.isTailSound) refuseAfter(what, error, writeability)
    else writeability.refuse(`${what} failed: ${oneLine(error)}`)
    this.restart(commitLog.writtenEnd)
    return { kind: 'not-written', reason: writeability.reason ?? what }
  }

  /** Gives where a bad record begins, if one does. */
  private parse(bytes: Buffer): number | undefined {
    this.chunk = bytes
    this.cursor = 0
    while (this.cursor < this.chunk.length) {
      if (this.scan !== undefined) this.searchSound(this.scan)
      else if (!this.step()) {
        if (this.parsedEnd !== this.acceptedDamage) return this.parsedEnd
        this.beginScan()
      }
    }
    return undefined
  }

  /** Takes a record, or holds a part of one; false: what begins here is none. */
  private step(): boolean {
    if (this.heldBytes > 0) return this.hold()
    const size = this.sizeAt(this.chunk, this.cursor, this.chunk.length)
    if (size === 0) return false
    if (size === undefined || this.cursor + size > this.chunk.length) return this.hold()
    if (!this.take(this.chunk, this.cursor, size)) return false
    this.cursor += size
    return true
  }

  /** Bytes of the record or header that begins at `at`; undefined when too few are there to tell, 0 when none begins. */
  private sizeAt(source: Buffer, at: number, end: number): number | undefined {
    if (end - at < MAGIC_BYTES) return undefined
    if (isHeaderAt(source, at)) return SEGMENT_HEADER_BYTES
    if (end - at < RECORD_HEAD_BYTES) return undefined
    const size = peekSize(source, at, this.parsedEnd)
    return size === 0 || size > MAX_RECORD_BYTES ? 0 : size + TRAILER_BYTES
  }

  private hold(): boolean {
    const needed = this.sizeAt(this.held, 0, this.heldBytes)
    if (needed === 0) return false
    const wanted = needed ?? (this.heldBytes < MAGIC_BYTES ? MAGIC_BYTES : RECORD_HEAD_BYTES)
    if (this.held.length < wanted) {
      const larger = Buffer.allocUnsafeSlow(wanted)
      this.held.copy(larger, 0, 0, this.heldBytes)
      this.held = larger
    }
    const end = this.cursor + wanted - this.heldBytes
    const taken = this.chunk.copy(this.held, this.heldBytes, this.cursor, end)
    this.cursor += taken
    this.heldBytes += taken
    if (needed === undefined || this.heldBytes < needed) return true
    if (!this.take(this.held, 0, needed)) return false
    this.heldBytes = 0
    if (this.held.length > KEPT_BYTES) this.held = Buffer.alloc(RECORD_HEAD_BYTES)
    return true
  }

  private take(source: Buffer, at: number, size: number): boolean {
    return isHeaderAt(source, at) ? this.takeHeader(source, at) : this.takeRecord(source, at, size)
  }

  private takeHeader(source: Buffer, at: number): boolean {
    const header = Buffer.from(source.subarray(at, at + SEGMENT_HEADER_BYTES))
    const version = judgeSegmentHeader(header, this.parsedEnd)
    if (version === 'damaged' || version > LOG_FORMAT_VERSION) return false
    // A batch never leaves its segment: the end of this one is lost, and its master serves what is left.
    this.release()
    this.commit()
    this.deps.commitLog.roll(this.parsedEnd, header)
    this.parsedEnd = this.wholeEnd = this.deps.commitLog.writtenEnd
    return true
  }

  private takeRecord(source: Buffer, at: number, whole: number): boolean {
    const { commitLog } = this.deps
    const size = whole - TRAILER_BYTES
    const seal = commitLog.segments.length === 0 ? undefined : sealAt(source, at, size)
    if (seal === undefined || this.parsedEnd - this.wholeEnd > MAX_RECORD_BYTES) return false
    commitLog.appendRaw(source, at, at + whole)
    this.batch.push({
      topic: topicAt(source, at),
      queueId: queueIdAt(source, at),
      queueOffset: queueOffsetAt(source, at),
      tagsCode: tagsCodeAt(source, at, size),
      physicalOffset: this.parsedEnd,
      size,
      storeTimestamp: storeTimestampAt(source, at),
      sysFlag: sysFlagAt(source, at),
      properties: propertiesAt(source, at),
      isDispatched: isDispatchedAt(source, at)
    })
    this.parsedEnd += whole
    if (seal === 'last') this.release()
    return true
  }

  /** What has come of the open batch, or of a record alone, counts. */
  private release(): void {
    if (this.ready.length === 0) this.ready = this.batch
    else for (const record of this.batch) this.ready.push(record)
    this.batch = []
    this.wholeEnd = this.parsedEnd
  }

  private beginScan(): void {
    this.release()
    this.scan = new DamageScan(this.parsedEnd)
    this.chunk = Buffer.concat([
      this.held.subarray(0, this.heldBytes),
      this.chunk.subarray(this.cursor)
    ])
    this.cursor = 0
    this.heldBytes = 0
    // Once: what is found sound and refused all the same must not be searched for ever.
    this.acceptedDamage = -1
  }

  private searchSound(scan: DamageScan): void {
    const { damage, rest } = scan.push(this.chunk.subarray(this.cursor))
    for (let at = 0; at < damage.length; at += KEPT_BYTES)
      this.deps.commitLog.appendRaw(damage, at, Math.min(damage.length, at + KEPT_BYTES))
    this.parsedEnd = this.wholeEnd = this.parsedEnd + damage.length
    this.chunk = rest ?? this.chunk
    this.cursor = rest === undefined ? this.chunk.length : 0
    if (rest === undefined) return
    this.scan = undefined
    this.deps.onDamage(scan.begin, this.parsedEnd - scan.begin)
  }

  private commit(): void {
    const { commitLog, dispatch } = this.deps
    if (this.wholeEnd <= commitLog.writtenEnd) return
    commitLog.write(this.wholeEnd)
    const records = this.ready
    this.ready = []
    dispatch.dispatch(records)
  }
}
