/** The judge of clusters sees one planted fault of each kind, and lets a good run pass. */
import { describe, expect, test } from 'vitest'
import { hashOf, type HistoryEvent } from '../../faults/history'
import type { ObservedMessage, ObservedQueue } from '../../faults/observation'
import { assertCluster, judgeChaos, type ChaosVerdict, type SlaveEnd } from './judge'

type Queue = Omit<ObservedQueue, 'messages' | 'maxOffset'> & {
  maxOffset: number
  messages: ObservedMessage[]
}

const GROUPS = [
  { name: 'g', topics: ['T'] },
  { name: 'h', topics: ['T', 'U'] }
]

/** Two masters with a slave each; one producer that sends to both; two groups that get everything. */
class World {
  now = 0
  readonly history: HistoryEvent[] = []
  readonly queues = new Map<string, Queue>()
  /** What slaves have instead; else the same as their masters. */
  readonly slaveEnds: SlaveEnd[] = []
  readonly differing = new Map<string, (messages: ObservedMessage[]) => ObservedMessage[]>()

  constructor() {
    for (let n = 0; n < 6; n++) this.send(`m${n}`, n % 2 === 0 ? 'a/T' : 'b/T')
    this.attempt('late', 'a/T')
    this.settle('late', 'unknown')
    this.send('late', 'b/T')
    for (const { name } of GROUPS) this.deliverAll(name)
    // What nobody answered arrives when its producer has long gone on.
    this.store('late', 'a/T')
    for (const { name } of GROUPS) this.receive(name, 'a/T', 3)
  }

  attempt(id: string, topic: string): void {
    const bodyHash = hashOf(Buffer.from(id))
    const of = { client: 'p', time: this.now++, topic, queueId: 0 }
    this.history.push({ kind: 'attempt', id, bodyHash, ...of })
  }

  settle(id: string, kind: 'unknown'): void {
    this.history.push({ kind, id, client: 'p', time: this.now++ })
  }

  ack(id: string, offset: number): void {
    this.history.push({ kind: 'ack', id, offset, client: 'p', time: this.now++ })
  }

  send(id: string, topic: string): void {
    this.attempt(id, topic)
    this.ack(id, this.store(id, topic))
  }

  queue(topic: string): Queue {
    const known = this.queues.get(topic)
    if (known) return known
    const fresh = { topic, queueId: 0, minOffset: 0, maxOffset: 0, messages: [] }
    this.queues.set(topic, fresh)
    return fresh
  }

  store(id: string, topic: string): number {
    const queue = this.queue(topic)
    const offset = queue.maxOffset++
    const bodyHash = hashOf(Buffer.from(id))
    const place = { physicalOffset: offset * 100, storeTimestamp: 1_000 + offset, keys: [] }
    queue.messages.push({ offset, id, bodyHash, ...place })
    return offset
  }

  receive(group: string, topic: string, offset: number): void {
    const { id, bodyHash } = this.queue(topic).messages[offset]!
    const event = { kind: 'receive' as const, group, topic, queueId: 0, offset, id: id!, bodyHash }
    this.history.push({ client: `${group}-0`, time: this.now++, ...event })
  }

  deliverAll(group: string): void {
    for (const { topic, messages } of this.queues.values())
      for (const { offset } of messages) this.receive(group, topic, offset)
  }

  judge(): ChaosVerdict {
    const queues = [...this.queues.values()]
    const slaves = new Map(
      ['a', 'b'].map((name) => {
        const own = queues.filter(({ topic }) => topic.startsWith(`${name}/`))
        const change = this.differing.get(name) ?? ((messages) => messages)
        return [`${name}:1`, own.map((queue) => ({ ...queue, messages: change(queue.messages) }))]
      })
    )
    const masters = { queues, committed: [], lookups: [] }
    const slaveEnds = this.slaveEnds.length > 0 ? { slaveEnds: this.slaveEnds } : {}
    const { history } = this
    return judgeChaos({ history, masters, slaves, groups: GROUPS, ...slaveEnds }, 7)
  }

  /** So many ms after everything so far a slave of `a` was at `end`. */
  askSlave(ms: number, end: number): void {
    this.slaveEnds.push({ time: this.now + ms, slave: 'a:1', topic: 'a/T', queueId: 0, end })
  }

  drop(topic: string, offset: number): void {
    const { messages } = this.queue(topic)
    messages.splice(offset, 1)
  }
}

test('a good run passes, with a copy nobody answered and deliveries twice', () => {
  const world = new World()
  world.receive('g', 'a/T', 1)
  const verdict = world.judge()
  expect(verdict.violations).toEqual([])
  expect(verdict.figures).toMatchObject({
    acknowledged: 7,
    unknown: 1,
    explainedCopies: 1,
    explainedDeliveries: 1,
    readable: 8,
    slaveMessages: 8
  })
  expect(() => assertCluster(verdict)).not.toThrow()
})

type Planted = [fault: string, check: string, sentence: RegExp, plant: (world: World) => void]

describe('each kind of fault is convicted', () => {
  const planted: Planted[] = [
    [
      'a lost message',
      'loss',
      /b\/T@0#1: m3 was acknowledged to p and is lost/,
      (w) => w.drop('b/T', 1)
    ],
    [
      'the end of a log, as of a master that was promoted without it',
      'loss',
      /b\/T@0#3: late was acknowledged to p and is lost/,
      (w) => {
        w.drop('b/T', 3)
        w.queue('b/T').maxOffset--
      }
    ],
    [
      'an altered body',
      'loss',
      /a\/T@0#1: m2 was acknowledged and its body is altered/,
      (w) => {
        const { messages } = w.queue('a/T')
        messages[1] = { ...messages[1]!, bodyHash: 'x' }
      }
    ],
    [
      'acknowledged sends the wrong way round',
      'order',
      /a\/T@0#5: x lies behind y, which p sent after it/,
      (w) => {
        for (const id of ['x', 'y']) w.attempt(id, 'a/T')
        for (const id of ['y', 'x']) w.ack(id, w.store(id, 'a/T'))
        for (const { name } of GROUPS) for (const at of [4, 5]) w.receive(name, 'a/T', at)
      }
    ],
    [
      'an acknowledgement before the slave had the message',
      'on a slave',
      /a\/T@0#2: m4 was acknowledged while a:1 was at 2/,
      (w) => {
        w.askSlave(600, 2)
        w.now += 2_000
        w.attempt('x', 'a/T')
      }
    ],
    ['a hole', 'order', /a\/T@0#2: a hole/, (w) => w.drop('a/T', 2)],
    [
      'a message stored twice',
      'duplicates',
      /a\/T@0#4: a copy of m0, also at a\/T@0#0, that no unknown send explains/,
      (w) => {
        w.store('m0', 'a/T')
        for (const { name } of GROUPS) w.receive(name, 'a/T', 4)
      }
    ],
    [
      'a message nobody sent',
      'phantom',
      /a\/T@0#4: a message nobody sent/,
      (w) => w.store('x', 'a/T')
    ],
    [
      'a message in another broker than it was sent to',
      'phantom',
      /b\/T@0#4: m0 was never sent to this queue/,
      (w) => w.store('m0', 'b/T')
    ],
    [
      'a message a group never got',
      'delivered',
      /new was acknowledged and h never got it/,
      (w) => {
        w.send('new', 'a/T')
        w.receive('g', 'a/T', 4)
      }
    ],
    [
      'a message that was passed over',
      'passed over',
      /a\/T@0#5: g-0 of g got y before anybody got #4/,
      (w) => {
        for (const id of ['x', 'y']) w.send(id, 'a/T')
        for (const at of [5, 4]) w.receive('g', 'a/T', at)
        for (const at of [4, 5]) w.receive('h', 'a/T', at)
      }
    ],
    [
      'a slave that lacks the end',
      'slaves',
      /b\/T@0#3: late is not on b:1/,
      (w) => w.differing.set('b', (messages) => messages.slice(0, -1))
    ],
    [
      'a slave with another message in its place',
      'slaves',
      /a\/T@0#0: a:1 has physicalOffset 7 instead of 0/,
      (w) => w.differing.set('a', ([first, ...rest]) => [{ ...first!, physicalOffset: 7 }, ...rest])
    ]
  ]

  test.each(planted)('%s', (_fault, check, sentence, plant) => {
    const world = new World()
    plant(world)
    const { violations } = world.judge()
    const found = violations.filter((violation) => violation.check === check)
    expect(found.map((violation) => violation.sentence).join('\n')).toMatch(sentence)
    expect(found.every((violation) => violation.sentence.endsWith('(seed 7)'))).toBe(true)
    expect(() => assertCluster({ ...world.judge() })).toThrow(sentence)
  })

  test('a queue only a slave has', () => {
    const world = new World()
    const { topic } = world.queue('c/T')
    const queue = { topic, queueId: 0, minOffset: 0, maxOffset: 0, messages: [] }
    const evidence = { history: world.history, groups: GROUPS, slaves: new Map([['c:1', [queue]]]) }
    world.queues.delete('c/T')
    const masters = { queues: [...world.queues.values()], committed: [], lookups: [] }
    const { violations } = judgeChaos({ ...evidence, masters }, 7)
    expect(violations.map(({ sentence }) => sentence)).toEqual(['c/T@0: only c:1 has it (seed 7)'])
  })
})

describe('a run about which nothing can be said is a failed test', () => {
  test('nobody received anything', () => {
    const world = new World()
    const sends = world.history.filter(({ kind }) => kind !== 'receive')
    world.history.splice(0, world.history.length, ...sends)
    expect(() => world.judge()).toThrow('no group received anything')
  })

  test('no slave was looked at', () => {
    const world = new World()
    const masters = { queues: [...world.queues.values()], committed: [], lookups: [] }
    const evidence = { history: world.history, masters, slaves: new Map(), groups: GROUPS }
    expect(() => judgeChaos(evidence, 7)).toThrow('no verdict on slaves')
  })
})

test('a slave that is asked at once may not show it yet, one that has it shows it', () => {
  const world = new World()
  world.askSlave(400, 0)
  world.askSlave(900, 3)
  world.now += 2_000
  world.attempt('x', 'a/T')
  expect(world.judge().violations).toEqual([])
})

test('many violations of a kind are cut short, and each kind is told', () => {
  const of = (check: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ check, sentence: `${check} ${n}` }))
  const violations = [...of('loss', 30), ...of('slaves', 1)]
  const verdict = { ...new World().judge(), violations }
  expect(() => assertCluster(verdict)).toThrow(/31 violations[^]*… 10 more of loss[^]*slaves 0/)
})
