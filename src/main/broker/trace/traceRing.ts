/** The newest events of the broker's trace, as columns of numbers. */

/** What one event takes, in bytes. */
export const TRACE_EVENT_BYTES = 37

/** An event about messages `from` to `from + count - 1` of a queue; names are numbers of `TraceNames`. */
export interface TraceRow {
  at: number
  kind: number
  topic: number
  queueId: number
  from: number
  count: number
  group: number
  client: number
}

export class TraceRing {
  private readonly at: Float64Array
  private readonly from: Float64Array
  private readonly topic: Uint32Array
  private readonly group: Uint32Array
  private readonly client: Uint32Array
  private readonly count: Uint32Array
  private readonly queueId: Int32Array
  private readonly kind: Uint8Array
  private next = 0
  private length = 0

  constructor(readonly capacity: number) {
    this.at = new Float64Array(capacity)
    this.from = new Float64Array(capacity)
    this.topic = new Uint32Array(capacity)
    this.group = new Uint32Array(capacity)
    this.client = new Uint32Array(capacity)
    this.count = new Uint32Array(capacity)
    this.queueId = new Int32Array(capacity)
    this.kind = new Uint8Array(capacity)
  }

  /** Time of the oldest event once older ones were dropped; undefined before. */
  get droppedBefore(): number | undefined {
    return this.length === this.capacity && this.capacity > 0 ? this.at[this.next] : undefined
  }

  /** Arguments, not a row: nothing is allocated on the way of a message. */
  push(
    at: number,
    kind: number,
    topic: number,
    queueId: number,
    from: number,
    count: number,
    group: number,
    client: number
  ): void {
    const i = this.next
    this.at[i] = at
    this.kind[i] = kind
    this.topic[i] = topic
    this.queueId[i] = queueId
    this.from[i] = from
    this.count[i] = count
    this.group[i] = group
    this.client[i] = client
    this.next = i + 1 === this.capacity ? 0 : i + 1
    if (this.length < this.capacity) this.length++
  }

  /** Oldest first; `isWanted` is asked for each event of a topic in `topics`. */
  *of(
    topics: ReadonlySet<number>,
    isWanted: (topic: number, queueId: number, from: number, count: number) => boolean
  ): Generator<TraceRow> {
    const { capacity, length } = this
    for (let n = 0, i = (this.next - length + capacity) % capacity; n < length; n++) {
      const topic = this.topic[i]!
      if (topics.has(topic) && isWanted(topic, this.queueId[i]!, this.from[i]!, this.count[i]!))
        yield {
          ...{ topic, queueId: this.queueId[i]!, from: this.from[i]!, count: this.count[i]! },
          ...{ at: this.at[i]!, kind: this.kind[i]! },
          ...{ group: this.group[i]!, client: this.client[i]! }
        }
      i = i + 1 === capacity ? 0 : i + 1
    }
  }

  /** Every number of a name that is still in use. */
  markNames(mark: (id: number) => void): void {
    for (let i = 0; i < this.length; i++) {
      mark(this.topic[i]!)
      mark(this.group[i]!)
      mark(this.client[i]!)
    }
  }
}
