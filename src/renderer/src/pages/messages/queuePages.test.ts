import { describe, expect, test } from 'vitest'
import type { MessageSummary } from '../../../../shared/views'
import { readPage, startCursor, type Browse, type Direction, type QueueRange } from './queuePages'

const summary = (queueId: number, queueOffset: number, storeTimestamp: number): MessageSummary => ({
  topic: 'T',
  brokerName: 'b',
  queueId,
  queueOffset,
  msgId: `${queueId}-${queueOffset}`,
  offsetMsgId: '',
  tags: '',
  keys: '',
  bodySize: 0,
  preview: '',
  bornTimestamp: storeTimestamp,
  storeTimestamp
})

/** Queue 0 holds even moments, queue 1 odd ones; at most `perRead` come at once, `missing` are gone. */
const brokerWith = (counts: number[], perRead = 64, missing: string[] = []) => {
  const queues: QueueRange[] = counts.map((count, queueId) => ({
    brokerName: 'b',
    queueId,
    minOffset: 0,
    maxOffset: count
  }))
  const browse: Browse = ({ queueId, offset, limit = 32 }) => {
    const count = counts[queueId] ?? 0
    const upTo = Math.min(count, offset + Math.min(limit, perRead))
    const messages: MessageSummary[] = []
    for (let at = offset; at < upTo; at++) {
      if (!missing.includes(`${queueId}-${at}`)) {
        messages.push(summary(queueId, at, at * counts.length + queueId))
      }
    }
    return Promise.resolve({ minOffset: 0, maxOffset: count, nextOffset: upTo, messages })
  }
  return { queues, browse }
}

const readAll = async (
  { queues, browse }: ReturnType<typeof brokerWith>,
  direction: Direction,
  size: number
) => {
  const pages: string[][] = []
  let cursor = startCursor(queues, direction)
  for (let i = 0; i < 50; i++) {
    const page = await readPage(browse, { topic: 'T', queues, cursor, direction, size })
    pages.push(page.messages.map(({ msgId }) => msgId))
    cursor = page.next
    if (page.isLast) return pages
  }
  throw new Error('the last page was never reached')
}

describe.each<Direction>(['newestFirst', 'oldestFirst'])('%s', (direction) => {
  test.each([
    ['whole answers', 64],
    ['answers of three', 3]
  ])('every message is shown once, in order of time, with %s', async (_name, perRead) => {
    const shown = (await readAll(brokerWith([10, 10], perRead), direction, 4)).flat()
    const expected = Array.from({ length: 20 }, (_, at) => `${at % 2}-${Math.floor(at / 2)}`)
    expect(shown).toEqual(direction === 'oldestFirst' ? expected : expected.reverse())
  })

  test('queues of unlike length all come to their end', async () => {
    const shown = (await readAll(brokerWith([17, 1, 0]), direction, 5)).flat()
    expect(new Set(shown).size).toBe(18)
    expect(shown).toHaveLength(18)
  })

  test('holes are passed over', async () => {
    const missing = ['0-2', '0-3', '0-4', '0-5', '0-6', '0-7']
    const shown = (await readAll(brokerWith([10], 64, missing), direction, 3)).flat()
    expect(shown.sort()).toEqual(['0-0', '0-1', '0-8', '0-9'])
  })
})

test('newest first starts with the newest', async () => {
  const [first] = await readAll(brokerWith([10, 10]), 'newestFirst', 3)
  expect(first).toEqual(['1-9', '0-9', '1-8'])
})

test('an offset below the oldest message starts there', () => {
  const queue = { brokerName: 'b', queueId: 0, minOffset: 5, maxOffset: 9 }
  expect(startCursor([queue], 'oldestFirst', 2).get('b:0')).toBe(5)
  expect(startCursor([queue], 'oldestFirst', 7).get('b:0')).toBe(7)
})
