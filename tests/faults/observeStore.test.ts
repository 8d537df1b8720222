/** The judge on a real store: what is read of a good one passes, and what a store has lost is seen. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flipBit, StoreRig } from '../../src/main/store/storeRig'
import { History } from './history'
import { judge, type Expectations, type Verdict } from './judge'
import { judged } from './judged'
import { placeOf, type ObservedOffset } from './observation'
import { observeStore } from './observeStore'
import { StoreClient } from './storeClient'

const TOPICS = ['Order', 'order', '__proto__']

let rig: StoreRig
let history: History
let client: StoreClient

beforeEach(async () => {
  rig = new StoreRig()
  await rig.open()
  let now = 0
  history = new History(() => now++)
  client = new StoreClient(rig.store, history, 'p')
  for (const topic of TOPICS)
    for (let queueId = 0; queueId < 2; queueId++) {
      const name = (n: number): string => `${topic}-${queueId}-${n}`
      const puts = Array.from({ length: 40 }, (_, n) =>
        client.send({ topic, queueId, id: name(n), keys: ['all', `k${n}`] })
      )
      const batch = [40, 41, 42].map((n) => ({ topic, queueId, id: name(n) }))
      puts.push(client.sendBatch(name(40), batch))
      await Promise.all(puts)
    }
})
afterEach(() => rig.dispose())

const verdict = async (
  more: Partial<Expectations> = {},
  committed: ObservedOffset[] = []
): Promise<Verdict> =>
  judge(history.events, await observeStore(rig.store, { topics: TOPICS, committed }), {
    seed: 1,
    ...more
  })

judged('a good store passes', 1, () => verdict())

judged('and passes when it was opened again', 1, async () => {
  await rig.reopen()
  return verdict()
})

test('every message and every key was looked at', async () => {
  const { figures } = await verdict()
  expect(figures).toMatchObject({ acknowledged: 258, readable: 258, lookups: 258 + 3 * 41 })
})

describe('a damaged record', () => {
  beforeEach(async () => {
    const entry = rig.store.getConsumeQueueEntries('order', 1, 7, 1)[0]!
    await rig.close()
    flipBit(rig.segments()[0]!, entry.physicalOffset + 100)
    await rig.open()
  })

  test('is a loss', async () => {
    const { violations } = await verdict()
    expect(violations.map(({ sentence }) => sentence)).toEqual([
      'order@1#7: order-1-7 was acknowledged to p and is lost (seed 1)',
      'order@1#7: a hole, the queue goes from 0 to 43 (seed 1)'
    ])
  })

  judged('costs only itself', 1, () =>
    verdict({ allowedLoss: { damaged: new Set([placeOf('order', 1, 7)]) } })
  )
})

test('a message nobody noted is a phantom', async () => {
  await new StoreClient(rig.store, new History(() => 0), 'q').send({ topic: 'Order', id: 'x' })
  const { violations } = await verdict()
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'Order@0#43: a message nobody sent (seed 1)'
  ])
})
