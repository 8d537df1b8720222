import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../base/clock'
import { Emitter } from '../base/emitter'
import type { MessageArriving } from '../store/messageStore'
import { FakeConnection } from './brokerFakes'
import { MAX_HELD_PULLS, PullRequestHoldService, type HeldPull } from './pullRequestHoldService'

let clock: ManualClock
let arrivals: Emitter<MessageArriving>
let service: PullRequestHoldService
const connection = new FakeConnection()

beforeEach(() => {
  clock = new ManualClock()
  arrivals = new Emitter()
  service = new PullRequestHoldService({ clock, arrivals })
  service.start()
})

const pull = (more: Partial<HeldPull> = {}) => {
  const resume = vi.fn()
  const held = { topic: 'T', queueId: 0, offset: 5, matches: undefined, deadline: clock.monotonic() + 1000, connection, resume, ...more } // prettier-ignore
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
    const resume = pull({ matches: (tagsCode) => tagsCode === 1 })
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

test('at the limit a pull is not held', () => {
  const held = { topic: 'T', queueId: 0, offset: 0, matches: undefined, deadline: Infinity, connection, resume: () => undefined } // prettier-ignore
  for (let i = 0; i < MAX_HELD_PULLS; i++) service.hold({ ...held })
  expect(service.hold({ ...held })).toBe(false)
  expect(service.size).toBe(MAX_HELD_PULLS)
})
