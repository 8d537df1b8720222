import { expect, test } from 'vitest'
import { newestFirst, READ_AHEAD, type QueueCursor } from './newestFirst'

interface Cursor extends QueueCursor {
  name: string
}
/** Each queue is the store times of its messages; undefined is a hole. */
const rig = (queues: Record<string, (number | undefined)[]>) => {
  const reads: string[] = []
  const failures: string[] = []
  const cursors = Object.entries(queues).map(([name, times]): Cursor => ({
    name,
    lo: 0,
    end: times.length,
    newest: times.at(-1) ?? 0
  }))
  const page = (from: readonly Cursor[], limit: number, goesOn?: () => boolean) =>
    newestFirst({
      cursors: from,
      limit,
      ...(goesOn && { goesOn }),
      read: async ({ name }, lo, to) => {
        reads.push(`${name}:${lo}-${to}`)
        if (name === 'broken') throw new Error('gone')
        return queues[name]!.slice(lo, to).flatMap((storeTimestamp, i) =>
          storeTimestamp === undefined ? [] : [{ name, queueOffset: lo + i, storeTimestamp }]
        )
      },
      onFailure: ({ name }) => failures.push(name)
    })
  return { cursors, page, reads, failures }
}
const times = (messages: readonly { storeTimestamp: number }[]) =>
  messages.map(({ storeTimestamp }) => storeTimestamp)

test('pages go on where the one before ended, over all queues by time', async () => {
  const { cursors, page } = rig({ a: [1, 4, 9], b: [2, 3, 8], c: [] })
  const first = await page(cursors, 4)
  expect(times(first.messages)).toEqual([9, 8, 4, 3])
  const second = await page(first.cursors, 4)
  expect(times(second.messages)).toEqual([2, 1])
  expect(second.cursors).toEqual([])
})

test('a queue whose newest is older than the page is not read', async () => {
  const { cursors, page, reads } = rig({ fresh: [10, 11, 12], stale: [1] })
  const { messages, cursors: rest } = await page(cursors, 3)
  expect(times(messages)).toEqual([12, 11, 10])
  expect(reads).toEqual(['fresh:0-3'])
  expect(rest.map(({ name }) => name)).toEqual(['stale'])
})

test('holes are passed over, however long', async () => {
  const holes = Array.from({ length: 3 * READ_AHEAD }, () => undefined)
  const { cursors, page } = rig({ a: [1, ...holes, 5] })
  expect(times((await page(cursors, 10)).messages)).toEqual([5, 1])
})

test('a queue that cannot be read is told and the others go on', async () => {
  const { cursors, page, failures } = rig({ broken: [1, 99], a: [3] })
  const { messages, cursors: rest } = await page(cursors, 10)
  expect(times(messages)).toEqual([3])
  expect(failures).toEqual(['broken'])
  expect(rest).toEqual([])
})

test('a page that must not go on ends behind its message, and loses none', async () => {
  const { cursors, page } = rig({ a: [1, 2, 3] })
  const first = await page(cursors, 10, () => false)
  expect(times(first.messages)).toEqual([3])
  expect(times((await page(first.cursors, 10)).messages)).toEqual([2, 1])
})
