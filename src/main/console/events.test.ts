import { describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { toDisposable } from '../base/disposable'
import { CHANGED_PERIOD_MS, EventHub } from './events'

const setUp = () => {
  const clock = new ManualClock()
  const hub = new EventHub(clock)
  const changed: string[][] = []
  hub.on('changed', ({ nouns }) => changed.push(nouns))
  return { clock, hub, changed }
}

describe('changed', () => {
  test('leaves at once after a quiet time', () => {
    const { hub, changed } = setUp()
    hub.markStale('topic')
    expect(changed).toEqual([['topic']])
  })

  test('leaves at most four times a second, with everything that became stale', () => {
    const { clock, hub, changed } = setUp()
    for (let i = 0; i < 100; i++) {
      hub.markStale(i % 2 === 0 ? 'topic' : 'group')
      clock.advance(10)
    }
    clock.advance(CHANGED_PERIOD_MS)
    expect(changed.length).toBeLessThanOrEqual(5)
    expect(changed.slice(1).every((nouns) => nouns.length === 2)).toBe(true)
  })

  test('names each noun once', () => {
    const { clock, hub, changed } = setUp()
    hub.markStale('topic')
    hub.markStale('topic', 'group', 'topic')
    hub.markStale('group')
    clock.advance(CHANGED_PERIOD_MS)
    expect(changed).toEqual([['topic'], ['topic', 'group']])
  })
})

describe('a source', () => {
  test('runs from the first listener to the last', () => {
    const { hub } = setUp()
    const log: string[] = []
    hub.feed('tail', () => {
      log.push('start')
      return toDisposable(() => log.push('end'))
    })
    const first = hub.on('tail', () => undefined)
    const second = hub.on('tail', () => undefined)
    first.dispose()
    first.dispose()
    expect(log).toEqual(['start'])
    second.dispose()
    expect(log).toEqual(['start', 'end'])
    hub.on('tail', () => undefined)
    expect(log).toEqual(['start', 'end', 'start'])
  })
})
