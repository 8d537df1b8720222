/** Transactions over restarts and kills: what was in doubt is, and what ended has, whatever step a kill falls on. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import {
  CID_SYS_RMQ_TRANS,
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC
} from '../../../protocol/topicNames'
import type { FakeConnection } from '../../brokerFakes'
import { COMMIT, questionOf, questionsTo, ROLLBACK, TransactionRig } from './transactionRig'

const { SUCCESS } = ResponseCode
const CHECKED = { fromTransactionCheck: true }

let rig: TransactionRig
beforeEach(async () => {
  rig = await new TransactionRig().start()
})
afterEach(() => rig.dispose())

/** Producers that answer every check, until nothing is in doubt. */
const settle = async (fate: (body: string) => number, rounds = 20): Promise<void> => {
  const producer: FakeConnection = rig.producer()
  for (let i = 0; i < rounds && rig.transactions.hasWork; i++) {
    await rig.rounds()
    for (const request of producer.sent.splice(0)) {
      const { body, prepared } = questionOf(request)
      await rig.end(prepared, fate(body), CHECKED)
    }
    await rig.turns()
  }
  expect(rig.transactions.hasWork).toBe(false)
}

describe.each([
  ['restart', () => rig.restart()],
  ['kill', () => rig.kill()]
])('after a %s', (_name, again) => {
  test('half messages are in doubt as before, with their age and their checks', async () => {
    await rig.prepare('a')
    await rig.rounds(2)
    await rig.prepare('b')
    rig.clock.advance(4_000)
    await again()
    const producer = rig.producer()
    rig.config.transactionCheckInterval = 1_000
    await rig.rounds()
    expect(questionsTo(producer).map(({ body, checkTimes }) => [body, checkTimes])).toEqual([['a', 3]]) // prettier-ignore
    await rig.rounds(2)
    expect(questionsTo(producer).filter(({ body }) => body === 'b')).toHaveLength(1)
  })

  test('what ended stays ended, and is not asked about', async () => {
    const halves = [await rig.prepare('a'), await rig.prepare('b'), await rig.prepare('c')]
    await rig.end(halves[1]!, COMMIT)
    await rig.end(halves[2]!, ROLLBACK)
    await rig.turns()
    await again()
    expect(rig.transactions.pending.size).toBe(1)
    await settle(() => COMMIT)
    expect(await rig.bodies()).toEqual(['b', 'a'])
  })

  test('a producer that had not ended its transaction still can', async () => {
    const half = await rig.prepare('a')
    await again()
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    expect(await rig.bodies()).toEqual(['a'])
  })

  test('the copy that was checked last counts, and any earlier one ends it', async () => {
    const half = await rig.prepare('a')
    await rig.rounds(2)
    await again()
    expect(await rig.end(half, COMMIT)).toBe(SUCCESS)
    await rig.turns()
    const producer = rig.producer()
    await rig.rounds(2)
    expect(producer.sent).toEqual([])
    expect(await rig.bodies()).toEqual(['a'])
  })

  test('a message sent twice under one unique key is two transactions', async () => {
    const first = await rig.prepare('a', { UNIQ_KEY: 'same' })
    const second = await rig.prepare('a', { UNIQ_KEY: 'same' })
    await rig.end(second, COMMIT)
    await rig.turns()
    await again()
    expect(await rig.end(first, COMMIT)).toBe(SUCCESS)
    expect(await rig.bodies()).toEqual(['a', 'a'])
  })
})

test('a start reads the half queue from its first open transaction on only', async () => {
  const halves = await Promise.all(Array.from({ length: 50 }, (_, i) => rig.prepare(`m${i}`)))
  for (const half of halves.slice(0, 40)) await rig.end(half, COMMIT)
  await rig.turns()
  const offset = (topic: string) => rig.offsets.query(CID_SYS_RMQ_TRANS, topic, 0)
  expect(offset(RMQ_SYS_TRANS_HALF_TOPIC)).toBe(40)
  const ops = rig.rig.store.getMaxOffsetInQueue(RMQ_SYS_TRANS_OP_HALF_TOPIC, 0)
  expect(offset(RMQ_SYS_TRANS_OP_HALF_TOPIC)).toBe(ops)
  await rig.restart()
  expect(rig.transactions.pending.size).toBe(10)
})

test('a message with a long immunity does not hold the offsets back for ever', async () => {
  rig.maxLag = 100
  await rig.restart()
  await rig.prepare('immune', { CHECK_IMMUNITY_TIME_IN_SECONDS: '100000' })
  for (let i = 0; i < 101; i++) await rig.end(await rig.prepare('x'), ROLLBACK)
  await rig.turns()
  expect(rig.transactions.pending.lowest).toBe(0)
  await rig.rounds()
  expect(rig.transactions.pending.lowest).toBe(102)
  await rig.restart()
  const producer = rig.producer()
  await rig.rounds()
  expect(producer.sent).toEqual([])
  rig.config.transactionCheckInterval = 100_000_000
  await rig.rounds(2)
  const asked = questionsTo(producer).map(({ body, checkTimes }) => [body, checkTimes])
  expect(asked).toContainEqual(['immune', 1])
})

describe('more half messages than memory holds', () => {
  beforeEach(async () => {
    rig.maxPending = 3
    await rig.restart()
  })

  test('are all checked, some rounds later, and each ends once', async () => {
    const bodies = Array.from({ length: 10 }, (_, i) => `m${i}`)
    for (const body of bodies) await rig.prepare(body)
    expect(rig.transactions.pending.size).toBe(3)
    await settle((body) => (body === 'm4' ? ROLLBACK : COMMIT), 40)
    expect((await rig.bodies()).sort()).toEqual(bodies.filter((body) => body !== 'm4'))
  })

  test('can be ended before they are known', async () => {
    const halves = []
    for (let i = 0; i < 8; i++) halves.push(await rig.prepare(`m${i}`))
    expect(await rig.end(halves[6]!, COMMIT)).toBe(SUCCESS)
    expect(await rig.end(halves[6]!, COMMIT)).toBe(SUCCESS)
    expect(await rig.end(halves[7]!, ROLLBACK)).toBe(SUCCESS)
    await settle((body) => (body === 'm6' || body === 'm7' ? 0 : COMMIT), 40)
    expect((await rig.bodies()).sort()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6'])
  })
})

/** One commits, one rolls back, one is checked and then commits, one nobody knows is given up. */
const scenario = async (): Promise<void> => {
  rig.config.transactionCheckMax = 2
  const producer = rig.producer()
  const commit = await rig.prepare('commit')
  const rollback = await rig.prepare('rollback')
  await rig.prepare('checked')
  await rig.prepare('unknown')
  void rig.end(commit, COMMIT)
  await rig.turns()
  void rig.end(rollback, ROLLBACK)
  await rig.turns()
  await rig.offsets.flush()
  for (let round = 0; round < 4; round++) {
    rig.clock.advance(rig.config.transactionCheckInterval)
    // Of a process that is dead no round ends.
    void rig.checks.check()
    await rig.turns(8)
    for (const request of producer.sent.splice(0)) {
      const { body, prepared } = questionOf(request)
      if (body === 'checked' && round > 0) void rig.end(prepared, COMMIT, CHECKED)
    }
    await rig.turns()
    if (round === 1) await rig.offsets.flush()
  }
}

const fates: Record<string, number> = { commit: COMMIT, checked: COMMIT, rollback: ROLLBACK }

/** Puts of the whole scenario, found by running it once. */
const PUTS = 17

test.each(
  Array.from({ length: PUTS }, (_, at) => [at, 'kill before'] as const).flatMap(([at, when]) => [
    [at, when] as const,
    [at, 'kill after' as const] as const
  ])
)('a kill at put %i (%s): what was taken is committed exactly once', async (at, when) => {
  let puts = 0
  let isKilled = false
  rig.onPut = () => {
    if (puts++ !== at) return undefined
    isKilled = true
    return when
  }
  const taken = new Set<string>()
  const ended = scenario().catch(() => undefined)
  await Promise.race([ended, untilQuiet(() => isKilled)])
  rig.onPut = undefined
  expect(isKilled).toBe(true)
  for (const { body } of await rig.messages(RMQ_SYS_TRANS_HALF_TOPIC)) taken.add(body.toString())
  await rig.kill()
  // A check that was counted may never have been sent.
  rig.config.transactionCheckMax = 5
  await settle((body) => fates[body] ?? 0, 40)
  expect((await rig.bodies()).sort()).toEqual(
    ['checked', 'commit'].filter((body) => taken.has(body))
  )
  const given = await rig.bodies(RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC)
  expect(given.filter((body) => body === 'unknown')).toEqual(
    taken.has('unknown') ? ['unknown'] : []
  )
})

/** The process is dead and what its store had under way is done. */
const untilQuiet = async (isDead: () => boolean): Promise<void> => {
  while (!isDead()) await rig.turns(1)
  await rig.turns(8)
}
