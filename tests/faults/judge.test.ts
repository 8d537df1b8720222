/** The judge sees one planted fault of each kind, and lets a good history pass. */
import { describe, expect, test } from 'vitest'
import { hashOf } from './history'
import { assertKept, type CheckName } from './judge'
import { CRASH, FLUSH_MS, World } from './judgeWorld'

test('a good history passes, and what is explained is counted', () => {
  const verdict = new World().judge()
  expect(verdict.violations).toEqual([])
  expect(verdict.figures).toMatchObject({
    attempts: 21,
    acknowledged: 15,
    readable: 17,
    explainedCopies: 1,
    explainedDeliveries: 2,
    allowedLosses: 0
  })
  expect(() => assertKept(verdict)).not.toThrow()
})

type Planted = [fault: string, check: CheckName, sentence: RegExp, plant: (world: World) => void]

describe('each kind of fault is seen', () => {
  const planted: Planted[] = [
    [
      'a lost message',
      'loss',
      /T@1#4: q1-4 was acknowledged to p1 and is lost/,
      (w) => w.drop(1, 4)
    ],
    ['an altered body', 'loss', /T@0#1: q0-1 .*altered/, (w) => w.change(0, 1, { bodyHash: 'x' })],
    [
      'another message in the place of an acknowledged one',
      'loss',
      /T@0#1: q0-1 was acknowledged to p1 and is lost, q0-0 is there instead/,
      (w) => w.change(0, 1, { id: 'q0-0', bodyHash: hashOf(Buffer.from('q0-0')) })
    ],
    [
      'a message that was delivered and is gone',
      'loss',
      /T@0#5: retried was delivered to g/,
      (w) => {
        w.receive(5)
        w.change(0, 5, { id: 'lost-unknown', bodyHash: hashOf(Buffer.from('lost-unknown')) })
      }
    ],
    ['a message nobody sent', 'phantom', /T@0#8: a message nobody sent/, (w) => w.store('x', 0)],
    ['bytes that name no message', 'phantom', /T@0#3/, (w) => w.change(0, 3, { id: undefined })],
    ['a refused message', 'phantom', /T@0#8: refused was refused/, (w) => w.store('refused', 0)],
    [
      'a message in a queue it was not sent to',
      'phantom',
      /T@1#9: lost-unknown was never sent/,
      (w) => w.store('lost-unknown', 1)
    ],
    [
      'a delivered body nobody sent',
      'phantom',
      /T@0#3: g received q0-3 with another body/,
      (w) => w.receive(3, { bodyHash: 'x' })
    ],
    [
      'a deleted topic that is back',
      'phantom',
      /T@0#0: q0-0 is back/,
      (w) => {
        w.history.record({ kind: 'delete-topic', client: 'admin', topic: 'T' })
        w.history.record({ kind: 'topic-deleted', client: 'admin', topic: 'T' })
      }
    ],
    ['a hole', 'order', /T@0#2: a hole/, (w) => w.drop(0, 2)],
    ['an offset twice', 'order', /T@0#1: a repeated/, (w) => w.change(0, 2, { offset: 1 })],
    ['a queue that ends too soon', 'order', /T@1#9: a hole/, (w) => w.queue(1).maxOffset++],
    ['a head removed', 'order', /T@1: begins at 1/, (w) => (w.queue(1).minOffset = 1)],
    [
      'two messages of a producer the wrong way round',
      'order',
      /T@0#9: lost-unknown-1 lies behind lost-unknown-2, which p6 sent after it/,
      (w) => {
        for (const id of ['lost-unknown-1', 'lost-unknown-2']) w.attempt('p6', id, 0)
        for (const id of ['lost-unknown-2', 'lost-unknown-1']) w.store(id, 0)
      }
    ],
    [
      'a copy no unknown send explains',
      'duplicates',
      /T@0#8: a copy of q0-0, also at T@0#0/,
      (w) => w.store('q0-0', 0)
    ],
    [
      'more copies than unknown sends',
      'duplicates',
      /T@0#8: a copy of retried/,
      (w) => w.store('retried', 0)
    ],
    [
      'a delivery after its acknowledgement',
      'duplicates',
      /T@0#1: delivered to g again/,
      (w) => w.receive(1)
    ],
    [
      'a delivery after its own acknowledgement',
      'duplicates',
      /T@0#4: delivered to g again/,
      (w) => {
        const ack = { client: 'c1', group: 'g', topic: 'T', queueId: 0, offset: 4 }
        w.history.record({ kind: 'consumer-ack', ...ack })
        w.receive(4)
      }
    ],
    [
      'an offset past the end',
      'offsets',
      /g on T@0: the committed offset 9 is past the end 8/,
      (w) => {
        w.commit(9, true)
        w.committed[0]!.offset = 9
      }
    ],
    [
      'an offset ahead of what was committed',
      'offsets',
      /g on T@0: the committed offset 5 is ahead, 4 was committed/,
      (w) => (w.committed[0]!.offset = 5)
    ],
    [
      'an offset gone further back than a crash lets it',
      'offsets',
      /g on T@0: the committed offset went back to 0/,
      (w) => (w.committed[0]!.offset = 0)
    ],
    [
      'an offset gone back without a crash',
      'offsets',
      /g on T@0: the committed offset went back to 2/,
      (w) => w.commit(5, true)
    ],
    [
      'an offset a group was told that nobody had committed',
      'offsets',
      /g on T@0: the committed offset 3 is ahead, 2 was committed/,
      (w) => {
        const time = CRASH - FLUSH_MS
        const seen = { client: 'c1', group: 'g', topic: 'T', queueId: 0, offset: 3, time }
        w.history.record({ kind: 'offset-seen', ...seen })
      }
    ],
    [
      'an offset forgotten',
      'offsets',
      /g on T@0: the committed offset is gone/,
      (w) => (w.committed[0]!.offset = undefined)
    ],
    ['a half message seen', 'transactions', /half-2 is visible/, (w) => w.store('half-2', 0)],
    [
      'a rolled back message',
      'transactions',
      /half-1 was rolled back/,
      (w) => w.store('half-1', 0)
    ],
    [
      'a committed one twice',
      'transactions',
      /half-0 is there 2 times/,
      (w) => w.store('half-0', 0)
    ],
    ['a committed one gone', 'transactions', /half-0 was committed and it/, (w) => w.cut(0, 7)],
    [
      'a timed message early',
      'timed',
      /timed came 11 ms early/,
      (w) => w.change(1, 8, { storeTimestamp: 1_989 })
    ],
    [
      'a timed message late',
      'timed',
      /timed came 101 ms late/,
      (w) => w.change(1, 8, { storeTimestamp: 2_101 })
    ],
    ['a timed message gone', 'timed', /timed never came/, (w) => w.cut(1, 8)],
    [
      'a message its key does not find',
      'index',
      /T@0#1: not found by its key key-q0-1/,
      (w) => (w.lookups.find(({ key }) => key === 'key-q0-1')!.hits = [])
    ],
    [
      'a hit without the key',
      'index',
      /T@0#0: given for the key key-q0-1 of T, which it does not have/,
      (w) => {
        const lookup = w.lookups.find(({ key }) => key === 'key-q0-1')!
        lookup.hits = [...lookup.hits, w.lookups.find(({ key }) => key === 'key-q0-0')!.hits[0]!]
      }
    ],
    [
      'a hit that is in no queue',
      'index',
      /T@0#99: given for the key all and not readable/,
      (w) => {
        const lookup = w.lookups.find(({ key }) => key === 'all')!
        lookup.hits = [...lookup.hits, { ...lookup.hits[0]!, offset: 99 }]
      }
    ],
    ['half a batch', 'batches', /T@1#5: b0 of batch b is there and b2/, (w) => w.cut(1, 7)],
    [
      'a batch with something in between',
      'batches',
      /T@1#5: b0 of batch b is there and b1 is not beside it/,
      (w) => {
        w.cut(1, 6)
        w.store('other', 1)
        for (const id of ['b1', 'b2']) w.store(id, 1)
      }
    ]
  ]

  test.each(planted)('%s', (_name, check, sentence, plant) => {
    const world = new World()
    plant(world)
    const { violations } = world.judge()
    const found = violations.filter((violation) => violation.check === check)
    expect(found.map((violation) => violation.sentence).join('\n')).toMatch(sentence)
    expect(found.every((violation) => violation.sentence.endsWith('(seed 7)'))).toBe(true)
  })

  test('all nine kinds are planted', () => {
    expect(new Set(planted.map(([, check]) => check)).size).toBe(9)
  })
})

describe('what the test allows is no violation', () => {
  const suffix = { allowedLoss: { suffix: true } }

  test('the end of a producer’s history, where the test cut the power', () => {
    const world = new World()
    world.attempt('p6', 'last', 0)
    world.history.record({ kind: 'ack', client: 'p6', id: 'last', offset: 8 })
    expect(world.judge().violations).toHaveLength(1)
    const verdict = world.judge(suffix)
    expect(verdict.violations).toEqual([])
    expect(verdict.figures.allowedLosses).toBe(1)
  })

  test('but not the middle of it', () => {
    const world = new World()
    world.attempt('p6', 'lost', 0)
    world.history.record({ kind: 'ack', client: 'p6', id: 'lost', offset: 9 })
    world.attempt('p6', 'kept', 0)
    world.store('kept', 0)
    expect(world.judge(suffix).violations.map(({ sentence }) => sentence)).toEqual([
      'T@0#8: kept is readable although lost, sent before it, is lost (seed 7)'
    ])
  })

  test.each([
    ['after it', (time: number) => time, 0],
    ['not before it', (time: number) => time + 1, 1]
  ])('a loss since the last sync: %s', (_name, since, violations) => {
    const world = new World()
    world.attempt('p6', 'last', 0)
    const time = world.now
    world.history.record({ kind: 'ack', client: 'p6', id: 'last', offset: 8 })
    const verdict = world.judge({ allowedLoss: { acknowledgedAfter: since(time) } })
    expect(verdict.violations).toHaveLength(violations)
  })

  test('a record the test damaged may be unreadable', () => {
    const world = new World()
    world.drop(0, 1)
    world.history.events.splice(
      world.find(({ kind }) => kind === 'receive'),
      2
    )
    expect(world.judge({ allowedLoss: { damaged: new Set(['T@0#1']) } }).violations).toEqual([])
  })

  test('but not wrong', () => {
    const world = new World()
    world.change(0, 1, { bodyHash: 'x' })
    const { violations } = world.judge({ allowedLoss: { damaged: new Set(['T@0#1']) } })
    expect(new Set(violations.map(({ check }) => check))).toEqual(new Set(['loss', 'phantom']))
  })

  test('the head of a queue, where retention was at work', () => {
    const world = new World()
    world.drop(1, 0)
    world.queue(1).minOffset = 1
    expect(world.judge({ allowedLoss: { head: true } }).violations).toEqual([])
  })

  test('a torn batch that was not acknowledged', () => {
    const world = new World()
    world.cut(1, 7)
    const timed = world.find((event) => event.kind === 'attempt' && event.id === 'timed')
    world.history.events.splice(timed, 2)
    expect(world.judge({ batches: 'torn' }).violations).toEqual([])
  })

  test('what a deleted topic held', () => {
    const world = new World()
    world.history.record({ kind: 'delete-topic', client: 'admin', topic: 'T' })
    world.history.record({ kind: 'topic-deleted', client: 'admin', topic: 'T' })
    for (const queue of world.queues) Object.assign(queue, { maxOffset: 0, messages: [] })
    world.lookups.splice(0)
    world.committed[0]!.offset = 0
    expect(world.judge().violations).toEqual([])
  })
})

test('a deletion a crash interrupted takes nothing that was sent later', () => {
  const world = new World()
  world.history.record({ kind: 'delete-topic', client: 'admin', topic: 'T' })
  world.history.record({ kind: 'crash', client: 'broker' })
  for (const queue of world.queues) Object.assign(queue, { maxOffset: 0, messages: [] })
  world.lookups.splice(0)
  world.committed[0]!.offset = 0
  expect(world.judge().violations).toEqual([])
  world.attempt('p6', 'later', 0)
  world.history.record({ kind: 'ack', client: 'p6', id: 'later', offset: 0 })
  expect(world.judge().violations.map(({ sentence }) => sentence)).toEqual([
    'T@0#0: later was acknowledged to p6 and is lost (seed 7)'
  ])
})

describe('a run about which nothing can be said is a failed test', () => {
  test.each<[string, RegExp, (world: World) => void]>([
    ['no attempt', /no verdict, the history holds no attempt/, (w) => w.history.events.splice(0)],
    ['no queue', /no verdict, no queue was observed/, (w) => w.queues.splice(0)],
    ['a commit unobserved', /no verdict on g on T@0/, (w) => w.committed.splice(0)],
    ['a key not asked for', /no verdict on the index/, (w) => w.lookups.splice(0, 1)],
    ['a queue observed twice', /T@0 was observed twice/, (w) => w.queues.push(w.queues[0]!)],
    [
      'an outcome without its attempt',
      /an outcome of x without its attempt/,
      (w) => w.history.record({ kind: 'fail', client: 'p1', id: 'x' })
    ]
  ])('%s', (_name, sentence, plant) => {
    const world = new World()
    plant(world)
    expect(() => world.judge()).toThrow(sentence)
  })
})

test('a broken promise is told with its seed', () => {
  const world = new World()
  world.drop(1, 4)
  expect(() => assertKept(world.judge())).toThrow(/seed 7: 2 violations\n {2}loss: T@1#4: q1-4/)
})
