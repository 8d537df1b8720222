import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alarmKinds, alarmModels } from '../../../shared/alarmModel'
import {
  AlarmTrack,
  isBack,
  isBad,
  RECOVER_MS,
  UNKNOWN_AFTER_MS,
  type TrackedRule
} from './alarmTrack'
import { Growth, MAX_STEPS } from './growth'

const lag: TrackedRule = { kind: 'lag', threshold: 100, forSeconds: 5 }

/** One value a second; what it told, and how it stood after each. */
const play = (rule: TrackedRule, values: readonly (number | undefined)[], peak?: number) => {
  const track = new AlarmTrack(rule, 0, peak)
  const steps = values.map((value, second) => ({
    change: track.step(value, second * 1000),
    state: track.state
  }))
  return {
    track,
    states: steps.map(({ state }) => state),
    changes: steps.flatMap(({ change }) => change ?? [])
  }
}

const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)

test('it waits for its time, fires once, and ends when it has been well for a while', () => {
  const { states, changes, track } = play(lag, [50, ...times(8, 200), ...times(12, 0)])
  expect(states.slice(0, 7)).toEqual(['ok', ...times(5, 'pending'), 'firing'])
  expect(states.at(-1)).toBe('ok')
  expect(changes).toEqual(['begins', 'ends'])
  expect(track.peak).toBe(200)
})

test('a breach that ends before its time is no firing', () => {
  const { changes } = play(lag, [...times(4, 200), 0, ...times(4, 200), 0])
  expect(changes).toEqual([])
})

test('what swings around the threshold fires once', () => {
  const swinging = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 101 : 99))
  const { changes } = play(lag, [...times(10, 200), ...swinging])
  expect(changes).toEqual(['begins'])
})

test('nobody knows: not at once, and a breach begins anew after it', () => {
  const unknown = UNKNOWN_AFTER_MS / 1000 + 1
  const { states, changes } = play(lag, [
    ...times(4, 200),
    ...times(unknown, undefined),
    ...times(5, 200)
  ])
  expect(states[4]).toBe('pending')
  expect(states[4 + unknown - 1]).toBe('unknown')
  expect(changes).toEqual([])
})

test('a firing goes on through what nobody knows, and through a restart', () => {
  const { states, changes } = play(lag, [...times(10, 200), ...times(10, undefined), 300])
  expect(states.at(-2)).toBe('unknown')
  expect(states.at(-1)).toBe('firing')
  expect(changes).toEqual(['begins'])
  const again = play(lag, [200, ...times(12, 0)], 500)
  expect(again.changes).toEqual(['ends'])
  expect(again.track.peak).toBe(500)
})

test('members are back at the threshold itself, rates a tenth above it', () => {
  expect(isBack({ kind: 'membersBelow', threshold: 2, forSeconds: 0 }, 2)).toBe(true)
  expect(isBack({ kind: 'produceBelow', threshold: 100, forSeconds: 0 }, 105)).toBe(false)
  expect(isBack({ kind: 'produceBelow', threshold: 100, forSeconds: 0 }, 110)).toBe(true)
  expect(isBack({ kind: 'errors', threshold: 0, forSeconds: 0 }, 0)).toBe(true)
})

describe('dead letters', () => {
  const rule: TrackedRule = { kind: 'deadLetters', threshold: 0, forSeconds: 60 }

  test('those that lie there are no alarm, one more is at once, and it ends when none came for its time', () => {
    const { changes, states } = play(rule, [7, 7, 8, ...times(70, 8)])
    expect(states.slice(0, 3)).toEqual(['ok', 'ok', 'firing'])
    expect(changes).toEqual(['begins', 'ends'])
  })

  test('growth is that of the window, and a counter that went back begins anew', () => {
    const growth = new Growth(10_000)
    expect([growth.added(5, 0), growth.added(7, 4000), growth.added(7, 13_000)]).toEqual([0, 2, 2])
    expect(growth.added(7, 14_000)).toBe(0)
    expect(growth.added(1, 15_000)).toBe(0)
  })

  test('many steps become fewer and never tell less', () => {
    const growth = new Growth(1_000_000)
    let told = 0
    for (let i = 0; i <= 3 * MAX_STEPS; i++) told = growth.added(i, i)
    expect(told).toBe(3 * MAX_STEPS)
  })
})

test('whatever is measured: a firing begins after a breach as long as its time, and ends after being well', () => {
  const values = fc.array(fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }), {
    maxLength: 120
  })
  const rules = fc.record({
    kind: fc.constantFrom(...alarmKinds.filter((kind) => alarmModels[kind].when !== 'grew')),
    threshold: fc.integer({ min: 0, max: 30 }),
    forSeconds: fc.integer({ min: 0, max: 8 })
  })
  fc.assert(
    fc.property(rules, values, (rule, measured) => {
      const track = new AlarmTrack(rule, 0)
      let isFiring = false
      measured.forEach((value, second) => {
        const change = track.step(value, second * 1000)
        const known = measured.slice(0, second + 1).filter((each) => each !== undefined)
        if (change === 'begins') {
          expect(isFiring).toBe(false)
          isFiring = true
          const before = measured.slice(second - rule.forSeconds, second + 1)
          expect(before.filter((each) => each !== undefined && !isBad(rule, each))).toEqual([])
        }
        if (change === 'ends') {
          expect(isFiring).toBe(true)
          isFiring = false
          const before = measured.slice(second - RECOVER_MS / 1000, second + 1)
          expect(before.filter((each) => each !== undefined && !isBack(rule, each))).toEqual([])
        }
        expect(track.isFiring).toBe(isFiring)
        if (track.state === 'ok') expect(isBad(rule, known.at(-1)!)).toBe(false)
        if (isFiring) expect(isBad(rule, track.peak!)).toBe(true)
      })
    })
  )
})
