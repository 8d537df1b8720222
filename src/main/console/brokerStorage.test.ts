import { expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { ProblemError } from '../cluster/problem'
import type { BrokerStatus } from '../cluster/supervisor'
import { brokerStorageHandlers, LOOK_EVERY_MS, WAIT_AT_MOST_MS } from './brokerStorage'

const ADDRESS = '127.0.0.1:10911'
const id = 'broker-a:0'

/** Begins at 100; each clean moves the log on by the next of `steps`, the last for ever. */
const setUp = (steps: number[], state: BrokerStatus['state'] = 'running') => {
  const clock = new ManualClock()
  const asked: string[] = []
  let minOffset = 100
  const { 'broker.deleteExpired': deleteExpired } = brokerStorageHandlers({
    supervisor: { brokerStatusOf: () => ({ id, state, address: ADDRESS }) as BrokerStatus },
    admin: {
      deleteExpiredCommitLogByAddr: (address) => {
        asked.push(`delete ${address}`)
        return Promise.resolve()
      },
      cleanExpiredConsumerQueueByAddr: (address) => {
        asked.push(`clean ${address}`)
        minOffset += (steps.length > 1 ? steps.shift() : steps[0]) ?? 0
        return Promise.resolve()
      },
      fetchBrokerRuntimeStats: () =>
        Promise.resolve(new Map([['commitLogMinOffset', String(minOffset)]]))
    },
    clock
  })
  /** Moves time on whenever it waits, until it has answered. */
  const run = async () => {
    let isDone = false
    const answer = deleteExpired({ id }).finally(() => (isDone = true))
    answer.catch(() => undefined)
    while (!isDone) {
      await new Promise((next) => setImmediate(next))
      clock.advance(LOOK_EVERY_MS)
    }
    return answer
  }
  return { run, asked }
}

test('what went until nothing went any more is told in bytes', async () => {
  const { run, asked } = setUp([50, 20, 0])
  expect(await run()).toEqual({ deletedBytes: 70, isGoingOn: false })
  expect(asked[0]).toBe(`delete ${ADDRESS}`)
  expect(asked.slice(1)).toEqual(Array<string>(3).fill(`clean ${ADDRESS}`))
})

test('nothing expired is no failure', async () => {
  expect(await setUp([0]).run()).toEqual({ deletedBytes: 0, isGoingOn: false })
})

test('one that does not end is not waited for', async () => {
  const { deletedBytes, isGoingOn } = await setUp([1]).run()
  expect(isGoingOn).toBe(true)
  expect(deletedBytes).toBeLessThanOrEqual(WAIT_AT_MOST_MS / LOOK_EVERY_MS)
})

test('a stopped broker is asked nothing', async () => {
  const { run, asked } = setUp([0], 'stopped')
  await expect(run()).rejects.toThrow(ProblemError)
  expect(asked).toEqual([])
})
