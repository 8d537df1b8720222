import { describe, expect, test } from 'vitest'
import { FaultDraft, type FaultEvent, type SeenPoint } from '../../../../../shared/faultViews'
import { draftOf, isPointless, newFaultForm, type AskingKind } from './faultForm'
import { failedOf, seenData, sendsOf, troubledTimes } from './seenChart'

const form = (more = {}) => ({ ...newFaultForm(), ...more })

describe('a form', () => {
  test.each<[AskingKind, object, object]>([
    ['link', {}, { from: 'a', to: 'clients', effect: 'cut', direction: 'both' }],
    ['link', { effect: 'refuse', direction: 'forth' }, { effect: 'refuse', direction: 'both' }],
    ['link', { effect: 'cut', direction: 'back' }, { direction: 'back', delayMs: 0, jitterMs: 0 }],
    [
      'link',
      { to: 'b', effect: 'delay', delayMs: 5.4, jitterMs: 2 },
      { to: 'b', delayMs: 5, jitterMs: 2 }
    ],
    ['slowDisk', { readMs: 1, writeMs: 2.6, flushMs: 3 }, { readMs: 1, writeMs: 3, flushMs: 3 }],
    ['fullDisk', { roomMib: 0.5 }, { roomBytes: 524_288 }],
    ['failingDisk', { reads: true }, { reads: true }],
    ['clockSkew', { offsetSeconds: -1.5 }, { offsetMs: -1500 }]
  ])('of %s becomes what the engine takes: %j', (kind, filled, expected) => {
    expect(FaultDraft.parse(draftOf(kind, 'a', form(filled)))).toMatchObject({ kind, ...expected })
  })

  test.each<[AskingKind, object, boolean]>([
    ['slowDisk', { readMs: 0, writeMs: 0, flushMs: 0 }, true],
    ['slowDisk', { readMs: 1, writeMs: 0, flushMs: 0 }, false],
    ['clockSkew', { offsetSeconds: 0 }, true],
    ['clockSkew', { offsetSeconds: -1 }, false],
    ['link', { effect: 'delay', delayMs: 0, jitterMs: 0 }, true],
    ['link', { effect: 'cut', delayMs: 0, jitterMs: 0 }, false],
    ['fullDisk', { roomMib: 0 }, false]
  ])('of %s with %j would change nothing: %s', (kind, filled, expected) => {
    expect(isPointless(kind, form(filled))).toBe(expected)
  })
})

describe('the chart', () => {
  const fault = { kind: 'freeze', node: 'a' } as const
  const at = (time: number, kind: 'set' | 'cleared'): FaultEvent => ({ at: time, kind, fault })
  const point = (time: number, ok: number): SeenPoint => ({
    ...{ at: time, sends: { ok, failed: { TIMEOUT: 1, CLOSED: 2 } }, received: ok },
    brokers: { a: { ok: 9, failed: {} } }
  })

  test.each<[string, FaultEvent[], [number, number][]]>([
    ['none', [], []],
    ['one', [at(1, 'set'), at(3, 'cleared')], [[1, 3]]],
    ['one that goes on', [at(1, 'set')], [[1, 99]]],
    [
      'two that overlap are one time',
      [at(1, 'set'), at(2, 'set'), at(3, 'cleared'), at(5, 'cleared'), at(7, 'set')],
      [
        [1, 5],
        [7, 99]
      ]
    ],
    ['one whose beginning is forgotten', [at(3, 'cleared'), at(5, 'set')], [[5, 99]]]
  ])('shows the times of trouble: %s', (_name, events, expected) => {
    expect(troubledTimes(events, 99)).toEqual(expected)
  })

  test('shows the cluster, or one broker', () => {
    const seen = point(1, 5)
    expect([sendsOf(seen, undefined).ok, sendsOf(seen, 'a').ok, sendsOf(seen, 'b').ok]).toEqual([
      5, 9, 0
    ])
    expect(failedOf(seen.sends)).toBe(3)
  })

  test('breaks its lines where nobody looked', () => {
    const points = [point(0, 1), point(1000, 2), point(9000, 3)]
    const { series } = seenData(points, [], undefined) as { series: { data: unknown }[] }
    expect(series[0]!.data).toEqual([
      [0, 1],
      [1000, 2],
      [2000, null],
      [9000, 3]
    ])
  })
})
