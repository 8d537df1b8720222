/** What pop promises whatever happens: random pops, acks, changed times, waits and kills. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PopRig, type Held } from './popRig'

const REVIVE_TOPIC = 'rmq_sys_REVIVE_LOG_C'
/** Many stores on a real disk; a busy machine needs long. */
const SLOW_MS = 120_000

const INVISIBLE_MS = 1000
/** Longer than any time a message may be invisible. */
const LONG_MS = 10_000

type Step =
  | { do: 'send'; count: number }
  | { do: 'pop'; count: number }
  | { do: 'ack'; from: number; count: number }
  | { do: 'change'; from: number; ms: number }
  | { do: 'wait'; ms: number }
  | { do: 'flush' }
  | { do: 'restart' | 'kill' | 'lose journal' }

const nat = (max: number) => fc.integer({ min: 0, max })
const positive = (max: number) => fc.integer({ min: 1, max })
const stepOf = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ do: fc.constant('send' as const), count: positive(6) }),
  fc.record({ do: fc.constant('pop' as const), count: positive(8) }),
  fc.record({ do: fc.constant('pop' as const), count: positive(8) }),
  fc.record({ do: fc.constant('ack' as const), from: nat(20), count: positive(6) }),
  fc.record({ do: fc.constant('ack' as const), from: nat(20), count: positive(6) }),
  fc.record({ do: fc.constant('change' as const), from: nat(20), ms: positive(3000) }),
  fc.record({ do: fc.constant('wait' as const), ms: positive(2000) }),
  fc.constant({ do: 'flush' as const }),
  fc.record({ do: fc.constantFrom('restart' as const, 'kill' as const) })
)

/** Plays steps; every message that is handed out is checked by the caller. */
class Play {
  sent = 0
  readonly acked = new Set<string>()
  /** In the hands of clients, acknowledged or not. */
  held: Held[] = []

  constructor(
    readonly rig: PopRig,
    private readonly queues: number,
    private readonly pop: { order: boolean },
    private readonly onPopped: (messages: Held[]) => void
  ) {}

  async step(step: Step): Promise<void> {
    const { rig } = this
    switch (step.do) {
      case 'send':
        for (let i = 0; i < step.count; i++, this.sent++)
          await rig.send([`m${this.sent}`], { queueId: this.sent % this.queues })
        return
      case 'pop':
        return this.take(step.count)
      case 'ack':
        return this.ack(this.pick(step.from, step.count))
      case 'change': {
        const [one] = this.pick(step.from, 1)
        if (one) this.held[this.held.indexOf(one)] = await rig.change(one, step.ms)
        return
      }
      case 'wait':
        return rig.advance(step.ms)
      case 'flush':
        return rig.offsets.flush()
      case 'lose journal':
        // As a power cut may: what the offsets say is all there is.
        rig.registry.renew(REVIVE_TOPIC, rig.store.endOfLog())
        return rig.kill()
      default:
        await rig[step.do]()
    }
  }

  /** Until nothing is left, with every message acknowledged that is handed out. */
  async drain(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      const before = this.held.length
      await this.take(32)
      const fresh = this.held.slice(before)
      await this.ack(fresh)
      if (fresh.length > 0) idle = 0
      else {
        idle++
        await this.rig.advance(LONG_MS)
      }
    }
  }

  private async take(maxMsgNums: number): Promise<void> {
    const more = { ...this.pop, maxMsgNums, invisibleTime: INVISIBLE_MS }
    const { messages } = await this.rig.pop(more)
    this.onPopped(messages)
    this.held.push(...messages)
  }

  private pick(from: number, count: number): Held[] {
    if (this.held.length === 0) return []
    const at = from % this.held.length
    return this.held.slice(at, at + count)
  }

  private async ack(messages: Held[]): Promise<void> {
    await this.rig.ack(...messages)
    for (const { body } of messages) this.acked.add(body)
  }
}

const withRig = async (queues: number, use: (rig: PopRig) => Promise<void>): Promise<void> => {
  const rig = new PopRig({ T: queues })
  // Small, so that the journal is written anew many times.
  rig.maxReplayedRecords = 8
  await rig.start()
  try {
    await use(rig)
  } finally {
    await rig.dispose()
  }
}

const withLoss = fc.oneof(
  { weight: 15, arbitrary: stepOf },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'lose journal' }) }
)

const steps = fc.array(stepOf, { minLength: 5, maxLength: 40 })

test(
  'every message is acknowledged in the end, whatever is killed between',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(withLoss, { minLength: 5, maxLength: 40 }), async (all) => {
        await withRig(2, async (rig) => {
          const play = new Play(rig, 2, { order: false }, () => undefined)
          for (const step of all) await play.step(step)
          await play.drain()
          expect(play.acked.size).toBe(play.sent)
          await rig.flushed()
          for (const queueId of [0, 1])
            expect(rig.committed('T', queueId) ?? 0).toBe(
              rig.store.getMaxOffsetInQueue('T', queueId)
            )
        })
      }),
      { numRuns: 20 }
    )
  },
  SLOW_MS
)

test(
  'nobody gets a message that another one has, before its time is over',
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await withRig(1, async (rig) => {
          const until = new Map<string, number>()
          const play = new Play(rig, 1, { order: false }, (messages) => {
            for (const { body } of messages) {
              expect(until.get(body) ?? 0, body).toBeLessThanOrEqual(rig.clock.now())
              until.set(body, rig.clock.now() + INVISIBLE_MS)
            }
          })
          for (const step of all) if (step.do !== 'change') await play.step(step)
        })
      }),
      { numRuns: 20 }
    )
  },
  SLOW_MS
)

test(
  'in order, no message comes before those in front of it in its queue are acknowledged or with it',
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await withRig(2, async (rig) => {
          const play: Play = new Play(rig, 2, { order: true }, (messages) => {
            for (const queueId of [0, 1]) {
              const mine = messages.filter((held) => held.queueId === queueId)
              const offsets = mine.map(({ offset }) => offset)
              expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
              const [first] = mine
              // Queue q has messages q, q + 2, q + 4 …
              for (let at = 0; first && at < first.offset; at++)
                expect([...play.acked]).toContain(`m${at * 2 + queueId}`)
            }
          })
          for (const step of all) await play.step(step)
          await play.drain()
          expect(play.acked.size).toBe(play.sent)
        })
      }),
      { numRuns: 20 }
    )
  },
  SLOW_MS
)
