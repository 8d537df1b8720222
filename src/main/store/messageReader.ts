/** Answers a pull: entries of the consume queue, then bytes of the log. Java: DefaultMessageStore.getMessage. */
import { readLong } from '../protocol/message/messageCodec'
import type { ColdBlocks } from './coldBlocks'
import type { ColdTurns } from './coldTurns'
import type { CommitLog } from './commitLog'
import { newSpan, type ConsumeQueue, type EntrySpan } from './consumeQueue'
import { ENTRY_BYTES } from './consumeQueueFiles'
import type { StoreLimits } from './limits'
import type {
  GetMessageQuery,
  GetMessageResult,
  GetMessageStatus,
  MessageStoreConfig
} from './messageStore'
import { isRecord, queueIdAt, queueOffsetAt, TRAILER_BYTES } from './recordCodec'
import type { SegmentFile } from './segmentFile'

export interface MessageReaderDeps {
  commitLog: CommitLog
  config: MessageStoreConfig
  limits: StoreLimits
  blocks: ColdBlocks
  turns: ColdTurns
  /** Bytes that should be a message and are not. */
  onDamage: (physicalOffset: number, bytes: number) => void
}

/** A message to be read from its segment. */
interface Wanted {
  index: number
  physicalOffset: number
  size: number
}

/** Neighbouring messages of one segment, read at once. */
interface ColdRead {
  kind: 'read'
  segment: SegmentFile
  from: number
  end: number
  wanted: Wanted[]
}

/** A message whose block is to be brought in; then the scan goes on with it. */
interface BlockLoad {
  kind: 'block'
  segment: SegmentFile
  physicalOffset: number
  length: number
}

/** Old messages are read in a turn that has room for them. */
interface TurnWait {
  kind: 'turn'
  turn: Promise<void>
}

/** Blocks are worth their reads when a queue has a sixteenth of the log where it is read, judged by so many messages. */
const DENSE = 16
const DENSE_ENTRIES = 32

export const emptyResult = (
  status: GetMessageStatus,
  nextBeginOffset: number,
  queue?: Pick<ConsumeQueue, 'minOffset' | 'maxOffset'>
): GetMessageResult => ({
  status,
  nextBeginOffset,
  minOffset: queue?.minOffset ?? 0,
  maxOffset: queue?.maxOffset ?? 0,
  messages: [],
  bytes: 0,
  queueOffsets: []
})

/** One pull over a readable range of one queue. */
export class Pull {
  private status: GetMessageStatus = 'NO_MATCHED_MESSAGE'
  private readonly messages: Buffer[] = []
  private readonly queueOffsets: number[] = []
  private bytes = 0
  /** Bytes read in vain: a filter that needs the message must not read gigabytes for one pull. */
  private passedOver = 0
  private index: number
  private readonly scanEnd: number
  private readonly maxMsgNums: number
  private readonly minOffset: number
  private isDone = false
  /** It may read old messages in this turn. */
  private isAdmitted = false
  /** Index of the message a block was brought in for last. */
  private loadedFor = -1
  private lastInBlocks: { segment: SegmentFile; physicalOffset: number } | undefined
  /** So many of `messages` are the pull's own bytes; the others are views. */
  private owned = 0

  constructor(
    private readonly deps: MessageReaderDeps,
    private readonly queue: ConsumeQueue,
    private readonly query: GetMessageQuery,
    /** Of what readers may see. */
    private readonly maxOffset: number
  ) {
    this.index = query.offset
    this.minOffset = queue.minOffset
    this.maxMsgNums = Math.max(1, query.maxMsgNums)
    const scanBytes = Math.max(deps.config.maxFilterMessageSize, this.maxMsgNums * ENTRY_BYTES)
    const entries = Math.max(1, Math.floor(scanBytes / ENTRY_BYTES))
    this.scanEnd = Math.min(query.offset + entries, this.maxOffset)
  }

  run(): GetMessageResult | Promise<GetMessageResult> {
    for (;;) {
      const need = this.scan()
      this.own()
      if (need === undefined) return this.result()
      if (need.kind === 'turn') return need.turn.then(() => this.run())
      if (need.kind === 'block')
        return this.deps.blocks
          .load(need.segment, need.physicalOffset, need.length)
          .then(() => this.run())
      const target = Buffer.allocUnsafe(need.end - need.from)
      if (target.length > this.deps.limits.syncReadBytes) return this.runAsync(need, target)
      this.take(need, target.subarray(0, this.readSync(need, target)))
    }
  }

  private async runAsync(read: ColdRead, target: Buffer): Promise<GetMessageResult> {
    let got = 0
    try {
      got = await read.segment.readAsync(target, read.from)
    } catch {
      // The messages count as damaged below, which is reported.
    }
    this.take(read, target.subarray(0, got))
    return this.run()
  }

  private readSync(read: ColdRead, target: Buffer): number {
    try {
      return read.segment.read(target, read.from)
    } catch {
      // The messages count as damaged below, which is reported.
      return 0
    }
  }

  /** Takes what memory has; gives what to wait for or to read before it can go on, or nothing at the end. */
  private scan(): ColdRead | BlockLoad | TurnWait | undefined {
    const { commitLog } = this.deps
    const span = newSpan()
    let cold: ColdRead | undefined
    let coldBytes = 0
    while (!this.isDone && this.index < this.scanEnd) {
      if (!this.queue.locate(this.index, span)) {
        if (cold === undefined) this.entriesMissing()
        return cold
      }
      for (
        ;
        !this.isDone && span.at < span.end && this.index < this.scanEnd;
        span.at += ENTRY_BYTES
      ) {
        const physicalOffset = readLong(span.buffer, span.at)
        const size = span.buffer.readInt32BE(span.at + 8)
        const count = this.messages.length + (cold?.wanted.length ?? 0)
        if (this.isFull(physicalOffset, size, count, this.bytes + coldBytes)) {
          if (cold === undefined) this.isDone = true
          return cold
        }
        if (this.query.matches?.(readLong(span.buffer, span.at + 12)) === false) {
          if (this.messages.length === 0 && cold === undefined) this.status = 'NO_MATCHED_MESSAGE'
          this.index++
          continue
        }
        const hot = size > 0 ? commitLog.inMemory(physicalOffset, size) : undefined
        if (hot !== undefined) {
          if (cold !== undefined) return cold
          this.add(hot, this.index)
          this.index++
          continue
        }
        if (!this.isAdmitted) {
          this.isAdmitted = true
          const turn = this.deps.turns.admit()
          if (turn !== undefined) return { kind: 'turn', turn }
        }
        const inBlock = cold === undefined ? this.fromBlock(physicalOffset, size, span) : undefined
        if (inBlock !== undefined) {
          if (!Buffer.isBuffer(inBlock)) return inBlock
          this.add(inBlock, this.index)
          this.index++
          continue
        }
        const wanted = { index: this.index, physicalOffset, size }
        const joined = this.join(cold, wanted)
        if (joined === 'none') this.skipDamaged(physicalOffset, size)
        else if (joined === 'another') return cold
        else {
          cold = joined
          coldBytes += size
        }
        this.index++
      }
    }
    return cold
  }

  /** The message as a view into its block, or the block to bring in; undefined: to be read alone. */
  private fromBlock(
    physicalOffset: number,
    size: number,
    span: EntrySpan
  ): Buffer | BlockLoad | undefined {
    const { blocks, commitLog, limits } = this.deps
    const length = size + TRAILER_BYTES
    if (size <= 0 || length > limits.coldBlockBytes) return undefined
    const segment = commitLog.segmentOf(physicalOffset)
    if (segment === undefined || physicalOffset + length > segment.end) return undefined
    const bytes = blocks.find(segment, physicalOffset, length)
    if (bytes !== undefined) {
      if (!this.isSound(bytes, 0, size, physicalOffset, this.index)) return undefined
      this.lastInBlocks = { segment, physicalOffset }
      return bytes.subarray(0, size)
    }
    // Loaded just now and still not there: the disk refused it.
    if (this.loadedFor === this.index) return undefined
    if (!this.isDense(span)) return undefined
    this.loadedFor = this.index
    this.lastInBlocks = { segment, physicalOffset }
    return { kind: 'block', segment, physicalOffset, length }
  }

  /** Do the next messages of the queue lie so near each other that whole blocks are worth their reads? */
  private isDense(span: EntrySpan): boolean {
    if (this.lastInBlocks !== undefined) return true
    // Where the queue ends soon the messages before tell as much.
    const last = Math.min(span.end, span.at + DENSE_ENTRIES * ENTRY_BYTES) - ENTRY_BYTES
    const first = Math.max(0, last - (DENSE_ENTRIES - 1) * ENTRY_BYTES)
    if (first === last) return false
    let bytes = 0
    for (let at = first; at <= last; at += ENTRY_BYTES) bytes += span.buffer.readInt32BE(at + 8)
    const from = readLong(span.buffer, first)
    const end = readLong(span.buffer, last) + span.buffer.readInt32BE(last + 8)
    return bytes * DENSE >= end - from
  }

  /** Java: isTheBatchFull. At least one message always goes. */
  private isFull(physicalOffset: number, size: number, count: number, bytes: number): boolean {
    if (count === 0) return false
    if (count >= this.maxMsgNums) return true
    const { config, limits, commitLog } = this.deps
    const { maxMsgBytes } = this.query
    if (maxMsgBytes !== undefined && bytes + size > maxMsgBytes) return true
    return commitLog.writtenEnd - physicalOffset > limits.accessMessageInMemoryBytes
      ? bytes + size > config.maxTransferBytesOnMessageInDisk ||
          count >= config.maxTransferCountOnMessageInDisk
      : bytes + size > config.maxTransferBytesOnMessageInMemory ||
          count >= config.maxTransferCountOnMessageInMemory
  }

  private join(cold: ColdRead | undefined, wanted: Wanted): ColdRead | 'another' | 'none' {
    const { commitLog, limits } = this.deps
    const { physicalOffset, size } = wanted
    const end = physicalOffset + size + TRAILER_BYTES
    if (cold !== undefined && size > 0) {
      const near = physicalOffset - cold.end <= limits.coldGapBytes
      const small = end - cold.from <= limits.coldReadBytes
      if (physicalOffset < cold.end || !near || !small || end > cold.segment.end) return 'another'
      cold.wanted.push(wanted)
      cold.end = end
      return cold
    }
    const segment = size > 0 ? commitLog.segmentOf(physicalOffset) : undefined
    if (segment === undefined || end > segment.end) return cold === undefined ? 'none' : 'another'
    return { kind: 'read', segment, from: physicalOffset, end, wanted: [wanted] }
  }

  private take(read: ColdRead, bytes: Buffer): void {
    for (const { index, physicalOffset, size } of read.wanted) {
      const at = physicalOffset - read.from
      if (this.isSound(bytes, at, size, physicalOffset, index))
        this.add(bytes.subarray(at, at + size), index)
      else this.skipDamaged(physicalOffset, size)
    }
    this.deps.turns.serve(bytes.length)
    // Nobody else uses these bytes.
    this.owned = this.messages.length
  }

  private isSound(
    bytes: Buffer,
    at: number,
    size: number,
    physicalOffset: number,
    index: number
  ): boolean {
    return (
      isRecord(bytes, at, size, physicalOffset) &&
      queueOffsetAt(bytes, at) === index &&
      queueIdAt(bytes, at) === this.queue.queueId
    )
  }

  /** Copies what is a view into memory that will be used again, in one piece. */
  private own(): void {
    const { messages } = this
    let bytes = 0
    for (let i = this.owned; i < messages.length; i++) bytes += messages[i]!.length
    const memory = Buffer.allocUnsafe(bytes)
    let at = 0
    for (; this.owned < messages.length; this.owned++) {
      const view = messages[this.owned]!
      view.copy(memory, at)
      messages[this.owned] = memory.subarray(at, (at += view.length))
    }
    if (this.lastInBlocks === undefined) return
    this.deps.turns.serve(bytes)
    this.deps.blocks.readAhead(this.lastInBlocks.segment, this.lastInBlocks.physicalOffset)
  }

  private add(message: Buffer, index: number): void {
    if (this.query.matchesMessage?.(message) === false) {
      if (this.messages.length === 0) this.status = 'NO_MATCHED_MESSAGE'
      this.passedOver += message.length
      if (this.passedOver >= this.deps.limits.filterScanBytes) this.isDone = true
      return
    }
    this.messages.push(message)
    this.queueOffsets.push(index)
    this.bytes += message.length
    this.status = 'FOUND'
  }

  private skipDamaged(physicalOffset: number, size: number): void {
    if (this.messages.length === 0) this.status = 'MESSAGE_WAS_REMOVING'
    if (size > 0) this.deps.onDamage(physicalOffset, size)
  }

  private entriesMissing(): void {
    this.isDone = true
    if (this.index !== this.query.offset) return
    this.status = 'OFFSET_FOUND_NULL'
    this.index = this.queue.rollNextFile(this.index)
  }

  private result(): GetMessageResult {
    const { queue, query } = this
    // Retention took them while they were being read.
    if (this.messages.length === 0 && query.offset < queue.minOffset)
      return emptyResult('OFFSET_TOO_SMALL', queue.minOffset, queue)
    return {
      status: this.status,
      nextBeginOffset: this.index,
      minOffset: this.minOffset,
      maxOffset: this.maxOffset,
      messages: this.messages,
      bytes: this.bytes,
      queueOffsets: this.queueOffsets
    }
  }
}
