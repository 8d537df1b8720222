/** Names as numbers, so that an event of the trace is a few numbers. */

/** Topics, groups and clients known at once; when more are needed, those no event names any more are forgotten. */
export const MAX_TRACE_NAMES = 65_536

/** New names between two searches for room: each search looks at every event. */
const COLLECT_EVERY = 1024

/** What a name is told as that found no room. */
const NO_ROOM = 0

export class TraceNames {
  private readonly ids = new Map<string, number>([['', NO_ROOM]])
  private readonly names: string[] = ['']
  private readonly free: number[] = []
  private asked = 0

  /** `used` marks the numbers that events still have; it is asked when there is no room. */
  constructor(private readonly used: (mark: (id: number) => void) => void) {}

  /** 0 while there is no room. */
  idOf(name: string): number {
    return this.ids.get(name) ?? this.add(name)
  }

  /** Undefined: no event can have it. */
  known(name: string): number | undefined {
    return this.ids.get(name)
  }

  /** Events of before are no longer found by this name; it gets a new number. */
  forget(name: string): void {
    if (name !== '') this.ids.delete(name)
  }

  nameOf(id: number): string {
    return this.names[id] ?? ''
  }

  private add(name: string): number {
    this.asked++
    const isFull = this.free.length === 0 && this.names.length >= MAX_TRACE_NAMES
    if (isFull && this.asked >= COLLECT_EVERY) this.collect()
    let id = this.free.pop()
    if (id === undefined) {
      if (this.names.length >= MAX_TRACE_NAMES) return NO_ROOM
      id = this.names.length
    }
    this.names[id] = name
    this.ids.set(name, id)
    return id
  }

  private collect(): void {
    this.asked = 0
    const isUsed = new Uint8Array(this.names.length)
    isUsed[NO_ROOM] = 1
    this.used((id) => (isUsed[id] = 1))
    for (const [id, name] of this.names.entries()) {
      if (isUsed[id] === 1) continue
      if (this.ids.get(name) === id) this.ids.delete(name)
      this.names[id] = ''
      this.free.push(id)
    }
  }
}
