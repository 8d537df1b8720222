import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { MessageArriving } from '../store/messageStore'
import { FakeConnection } from './brokerFakes'
import type { SubscriptionFilter } from './filter/subscriptionFilter'
import { MAX_HELD_PULLS, PullRequestHoldService, type HeldPull } from './pullRequestHoldService'

let clock: ManualClock
let arrivals: Emitter<MessageArriving>
let service: PullRequestHoldService
/** What can be read at a physical offset. */
let log: Map<number, Buffer>
let looks: number
const connection = new FakeConnection()
const all: SubscriptionFilter = { matches: undefined, matchesMessage: undefined }

beforeEach(() => {
  clock = new ManualClock()
  arrivals = new Emitter()
  log = new Map()
  looks = 0
  const store = {
    lookMessageByOffset: (at: number) => {
      looks++
      return log.get(at)
    }
  }
  service = new PullRequestHoldService({ clock, arrivals, store })
  service.start()
})

const pull = (more: Partial<HeldPull> = {}) => {
  const resume = vi.fn<(scannedTo: number) => void>()
  const held = { group: 'CG', topic: 'T', queueId: 0, offset: 5, filter: all, deadline: clock.monotonic() + 1000, connection, resume, ...more } // prettier-ignore
  expect(service.hold(held)).toBe(true)
  return resume
}

const arrive = (more: Partial<MessageArriving> = {}): void =>
  arrivals.emit({ topic: 'T', queueId: 0, queueOffset: 5, tagsCode: 1, physicalOffset: 0, size: 100, storeTimestamp: 0, ...more }) // prettier-ignore

/** What was woken runs behind the present turn. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a held pull', () => {
  test.each([
    ['the message it waits for', {}, 1],
    ['a later one', { queueOffset: 9 }, 1],
    ['one of another queue', { queueId: 1 }, 0],
    ['one of another topic', { topic: 'U' }, 0],
    ['one it has had', { queueOffset: 4 }, 0],
    ['a tag it does not want', { tagsCode: 2 }, 0]
  ])('and %s', async (_name, message, times) => {
    const resume = pull({ filter: { ...all, matches: (tagsCode) => tagsCode === 1 } })
    arrive(message)
    await settled()
    expect(resume).toHaveBeenCalledTimes(times)
    expect(service.size).toBe(1 - times)
  })

  test('is woken once, after everything that arrived with its message', async () => {
    const resume = pull()
    arrive()
    arrive({ queueOffset: 6 })
    expect(resume).not.toHaveBeenCalled()
    await settled()
    expect(resume).toHaveBeenCalledTimes(1)
  })

  test('is woken when its time is over, and only then', async () => {
    const [early, late] = [pull(), pull({ deadline: clock.monotonic() + 5000 })]
    clock.advance(999)
    await settled()
    expect(early).not.toHaveBeenCalled()
    clock.advance(501)
    await settled()
    expect(early).toHaveBeenCalledTimes(1)
    expect(late).not.toHaveBeenCalled()
  })

  test('is forgotten with its connection, others stay', async () => {
    const other = new FakeConnection()
    const [gone, stays] = [pull(), pull({ connection: other })]
    service.closeConnection(connection)
    arrive()
    await settled()
    expect(gone).not.toHaveBeenCalled()
    expect(stays).toHaveBeenCalledTimes(1)
  })
})

describe('a held pull that filters by the message', () => {
  const wanted: SubscriptionFilter = { ...all, matchesMessage: (bytes) => bytes.equals(Buffer.from('yes')) } // prettier-ignore
  const store = (queueOffset: number, body: string): void => {
    log.set(queueOffset * 100, Buffer.from(body))
    arrive({ queueOffset, physicalOffset: queueOffset * 100 })
  }

  test('sleeps on while nothing matches, then goes on behind what it has seen', async () => {
    const resume = pull({ filter: wanted })
    for (let at = 5; at < 105; at++) store(at, 'no')
    await settled()
    expect(resume).not.toHaveBeenCalled()
    expect(looks).toBe(100)
    store(105, 'yes')
    await settled()
    expect(resume.mock.calls).toEqual([[105]])
  })

  test('does not skip what it has not seen', async () => {
    const resume = pull({ filter: wanted })
    store(6, 'no')
    store(7, 'yes')
    await settled()
    expect(resume.mock.calls).toEqual([[5]])
  })

  test('is told how far it got when its time is over', async () => {
    const resume = pull({ filter: wanted })
    store(5, 'no')
    clock.advance(1500)
    await settled()
    expect(resume.mock.calls).toEqual([[6]])
  })

  test('is woken by a message that cannot be read', async () => {
    const resume = pull({ filter: wanted })
    arrive()
    await settled()
    expect(resume).toHaveBeenCalledTimes(1)
  })

  test('reads a message once for all who wait; who filters by tags alone reads none', async () => {
    pull({ filter: wanted })
    pull({ filter: { ...wanted } })
    store(5, 'no')
    expect(looks).toBe(1)
    arrive({ queueId: 1 })
    pull({ queueId: 1 })
    arrive({ queueId: 1 })
    await settled()
    expect(looks).toBe(1)
  })
})

test('where a queue was reset, the pulls of that group on that queue go on at once', async () => {
  const [mine, ...others] = [pull(), pull({ group: 'CG2' }), pull({ queueId: 1 })]
  service.resumeQueue('CG', 'T', 0)
  service.resumeQueue('CG', 'U', 0)
  await settled()
  expect(mine).toHaveBeenCalledTimes(1)
  for (const other of others) expect(other).not.toHaveBeenCalled()
})

test('at the limit a pull is not held', () => {
  const held = { group: 'CG', topic: 'T', queueId: 0, offset: 0, filter: all, deadline: Infinity, connection, resume: () => undefined } // prettier-ignore
  for (let i = 0; i < MAX_HELD_PULLS; i++) service.hold({ ...held })
  expect(service.hold({ ...held })).toBe(false)
  expect(service.size).toBe(MAX_HELD_PULLS)
})
