/** Unique ids as clients make them (UNIQ_KEY). Java: MessageClientIDSetter. */
import type { Clock } from '../../base/clock'
import type { Random } from '../../base/random'

const MONTH_CHECK_MS = 60_000

/** Ids one millisecond has room for: the counter is 16 bits. */
const COUNTERS = 0x10000

/** IP, low 16 bits of a process id, a number of this instance, milliseconds of this month, and a counter: 32 characters for IPv4. */
export class MessageClientIDSetter {
  private readonly fixed: string
  private counter = 0
  /** Milliseconds of the month in the last id, and how many more ids may carry them. */
  private ms = -1
  private left = 0
  private monthStart = 0
  private monthCheckedAt = -Infinity

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    random: Random,
    ip: Buffer,
    pid: number
  ) {
    const rest = Buffer.alloc(6)
    rest.writeUInt16BE(pid & 0xffff, 0)
    random.bytes(4).copy(rest, 2)
    this.fixed = Buffer.concat([ip, rest]).toString('hex').toUpperCase()
  }

  createUniqID(): string {
    const now = this.clock.now()
    if (Math.abs(now - this.monthCheckedAt) >= MONTH_CHECK_MS) {
      const date = new Date(now)
      this.monthStart = new Date(date.getFullYear(), date.getMonth(), 1).getTime()
      this.monthCheckedAt = now
    }
    // A clock that stands still or steps back (it can be paused) must not make an id twice.
    if (now - this.monthStart > this.ms) {
      this.ms = now - this.monthStart
      this.left = COUNTERS
    } else if (this.left === 0) {
      this.ms++
      this.left = COUNTERS
    }
    this.left--
    this.counter = (this.counter + 1) & 0xffff
    return this.fixed + hex(this.ms, 8) + hex(this.counter, 4)
  }
}

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0')
