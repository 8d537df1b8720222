import { expect, test } from 'vitest'
import type { StoredMessage } from '../../protocol/message/messageCodec'
import { candidateOf, type Candidate } from './candidate'
import { QueueScan, type Direction } from './queueScan'

const candidate = (queueOffset: number): Candidate =>
  candidateOf(
    {
      ...{ topic: 'T', queueId: 0, queueOffset, storeTimestamp: queueOffset, sysFlag: 0 },
      ...{ properties: '', body: Buffer.from(String(queueOffset)), physicalOffset: queueOffset },
      storeHost: { ip: Buffer.from([127, 0, 0, 1]), port: 10_911 }
    } as StoredMessage,
    'broker-a'
  )

interface Queue {
  /** Offsets that are there. */
  min: number
  max: number
  /** Messages of one answer. */
  most?: number
  fails?: (offset: number) => boolean
}

const pulling =
  ({ min, max, most = 32, fails = () => false }: Queue) =>
  async (offset: number, limit: number) => {
    await Promise.resolve()
    if (fails(offset)) throw new Error(`no answer at ${offset}`)
    if (offset < min) return { messages: [], nextOffset: min }
    const count = Math.max(0, Math.min(limit, most, max - offset))
    const messages = Array.from({ length: count }, (_, i) => candidate(offset + i))
    return { messages, nextOffset: offset + count }
  }

const scanOf = (queue: Queue, from: number, to: number, direction: Direction) =>
  new QueueScan({
    ...{
      from,
      to,
      direction,
      isFiltered: false,
      pull: pulling(queue),
      onUntested: () => undefined
    },
    judge: (candidates) => candidates.map(() => 'match')
  })

const takeAll = async (scan: QueueScan): Promise<number[]> => {
  const taken: number[] = []
  while (!scan.isDone) {
    await scan.fill()
    for (let looked = scan.take(); looked; looked = scan.take()) taken.push(looked.queueOffset)
  }
  return taken
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test.each([
  ['answers of 32', { min: 0, max: 1000 }],
  ['answers of one large message', { min: 0, max: 1000, most: 1 }]
])('both directions bring each message once, from %s', async (_name, queue) => {
  expect(await takeAll(scanOf(queue, 3, 401, 'oldestFirst'))).toEqual(range(3, 401))
  expect(await takeAll(scanOf(queue, 3, 401, 'newestFirst'))).toEqual(range(3, 401).reverse())
})

test.each<[Direction]>([['oldestFirst'], ['newestFirst']])(
  'what retention took meanwhile is passed, not waited for: %s',
  async (direction) => {
    const scan = scanOf({ min: 100, max: 300 }, 0, 300, direction)
    expect((await takeAll(scan)).sort((a, b) => a - b)).toEqual(range(100, 300))
    expect(scan.scanned).toBe(300)
  }
)

test('a queue that became shorter ends, with all of its range counted', async () => {
  const scan = scanOf({ min: 0, max: 50 }, 0, 300, 'oldestFirst')
  expect(await takeAll(scan)).toEqual(range(0, 50))
  expect(scan.scanned).toBe(300)
})

test('what was passed is counted as it is taken, not as it is read', async () => {
  const scan = scanOf({ min: 0, max: 300 }, 0, 300, 'newestFirst')
  await scan.fill()
  expect(scan.scanned).toBe(0)
  scan.take()
  scan.take()
  expect(scan.scanned).toBe(2)
})

test('a pull that failed is made again, and nothing is lost', async () => {
  let isDown = false
  const scan = scanOf({ min: 0, max: 400, fails: () => isDown }, 0, 400, 'oldestFirst')
  await scan.fill()
  const taken: number[] = []
  const drain = () => {
    for (let looked = scan.take(); looked; looked = scan.take()) taken.push(looked.queueOffset)
  }
  drain()
  isDown = true
  // The chunk read ahead is there already; the one after it is not.
  await scan.fill()
  drain()
  await expect(scan.fill()).rejects.toThrow(/no answer/)
  isDown = false
  expect([...taken, ...(await takeAll(scan))]).toEqual(range(0, 400))
})
