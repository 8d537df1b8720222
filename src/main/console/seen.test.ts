import { expect, test } from 'vitest'
import type { FaultView, SeenPoint } from '../../shared/faultViews'
import { ManualClock } from '../base/clock'
import { Emitter } from '../base/emitter'
import { endOfTurn } from '../base/turn'
import { LEAVE_MS, LINGER_MS, Seen } from './seen'

const turn = (): Promise<void> => new Promise((resolve) => endOfTurn(resolve))

const setUp = () => {
  const clock = new ManualClock()
  const log: string[] = []
  const changed = new Emitter<void>()
  const list: FaultView[] = []
  let leave: () => void = () => undefined
  let say: (point: SeenPoint) => void = () => undefined
  const seen = new Seen({
    clock,
    faults: { changed, list: () => list },
    open: (onSecond) => {
      log.push('open')
      say = onSecond
      return {
        stop: () => {
          log.push('stop')
          return new Promise((resolve) => (leave = resolve))
        }
      }
    }
  })
  const fault = { id: 'f', since: 0, fault: { kind: 'freeze', node: 'a' } } as const
  const setFault = (isSet: boolean): void => {
    list.splice(0, 1, ...(isSet ? [fault] : []))
    changed.emit()
  }
  return { clock, log, seen, setFault, leave: () => leave(), say: (p: SeenPoint) => say(p) }
}

test('it looks while somebody watches, and a little longer', async () => {
  const { clock, log, seen } = setUp()
  const first = seen.watch()
  const second = seen.watch()
  await turn()
  first.dispose()
  clock.advance(LINGER_MS)
  second.dispose()
  clock.advance(LINGER_MS - 1)
  expect(log).toEqual(['open'])
  clock.advance(1)
  expect(log).toEqual(['open', 'stop'])
})

test('who comes back in time finds it still looking', async () => {
  const { clock, log, seen } = setUp()
  seen.watch().dispose()
  await turn()
  seen.watch()
  await turn()
  seen.watch().dispose()
  clock.advance(10 * LINGER_MS)
  expect(log).toEqual(['open'])
})

test('it goes on until the last fault is undone, and begins for no fault', async () => {
  const { clock, log, seen, setFault } = setUp()
  setFault(true)
  await turn()
  expect(log).toEqual([])
  const watching = seen.watch()
  await turn()
  watching.dispose()
  clock.advance(10 * LINGER_MS)
  expect(log).toEqual(['open'])
  setFault(false)
  clock.advance(LINGER_MS)
  expect(log).toEqual(['open', 'stop'])
})

test('a new one begins when the last one has left', async () => {
  const { clock, log, seen, leave } = setUp()
  const watching = seen.watch()
  await turn()
  watching.dispose()
  clock.advance(LINGER_MS)
  seen.watch()
  await turn()
  expect(log).toEqual(['open', 'stop'])
  leave()
  await turn()
  expect(log).toEqual(['open', 'stop', 'open'])
})

test('what it saw is kept and passed on', async () => {
  const { seen, say } = setUp()
  const passed: SeenPoint[] = []
  seen.passed.on((point) => passed.push(point))
  seen.watch()
  await turn()
  const point = { at: 1, sends: { ok: 1, failed: {} }, received: 0, brokers: {} }
  say(point)
  expect([seen.points.toArray(), passed]).toEqual([[point], [point]])
})

test('an end waits for it to leave, and not longer than its limit', async () => {
  const { clock, log, seen } = setUp()
  seen.watch()
  await turn()
  let isClosed = false
  const closing = seen.close().then(() => (isClosed = true))
  await turn()
  expect([log, isClosed]).toEqual([['open', 'stop'], false])
  clock.advance(LEAVE_MS)
  await closing
})
